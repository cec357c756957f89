//! Where Oracle means something else than SQLite: each meaning by itself.

use crate::company::Company;

fn value(expression: &str) -> String {
    Company::new().value(expression)
}

fn holds(condition: &str) -> bool {
    !Company::new()
        .column(&format!("SELECT 1 FROM dual WHERE {condition}"))
        .is_empty()
}

#[test]
fn the_empty_text_is_null() {
    assert!(holds("'' IS NULL"));
    assert!(!holds("'' = ''"));
    assert_eq!(value("'a' || '' || NULL || 'b'"), "ab");
    assert_eq!(value("NVL('', 'none')"), "none");
    assert_eq!(value("LENGTH('')"), "-");
    assert_eq!(
        value("CASE WHEN REPLACE('x', 'x') IS NULL THEN 'null' END"),
        "null"
    );
}

#[test]
fn null_is_neither_in_a_list_nor_not_in_it() {
    assert!(!holds("1 NOT IN (2, NULL)"));
    assert!(holds("1 IN (1, NULL)"));
    assert!(!holds("NULL IN (NULL)"));
    assert!(!holds("NOT (NULL = 1)"));
}

#[test]
fn dividing_whole_numbers_leaves_a_fraction_and_dividing_by_zero_is_a_mistake() {
    assert_eq!(value("7 / 2"), "3.5");
    assert_eq!(value("1 / 3 * 3"), "1");
    let refused = Company::new().refusal("SELECT id / (id - id) FROM item");
    assert_eq!(
        refused.to_string(),
        "The divisor is zero. Divide by NULLIF(divisor, 0)."
    );
    assert_eq!(refused.code(), Some("INVALID_PARAMETER"));
    assert_eq!(value("1 / NULLIF(0, 0)"), "-");
}

#[test]
fn patterns_mind_case_and_escapes() {
    assert!(holds(
        "'Acme' LIKE 'A%' AND 'Acme' NOT LIKE 'a%' AND 'a_b' LIKE 'a\\_b' ESCAPE '\\'"
    ));
    assert!(!holds("'axb' LIKE 'a\\_b' ESCAPE '\\'"));
    assert!(holds("123 LIKE '12%'"));
    assert!(!holds("NULL LIKE '%'"));
}

#[test]
fn numbers_and_texts_are_compared_as_numbers() {
    assert!(holds("'10' > 9"));
    assert!(holds("10 = '10.0'"));
    assert!(holds("5 IN ('5', 6)"));
    let refused = Company::new().refusal("SELECT 1 FROM customer WHERE companyname = 5");
    assert!(refused.to_string().contains("is not a number"), "{refused}");
}

#[test]
fn a_date_is_a_day_and_days_are_numbers() {
    assert_eq!(
        value("TO_DATE('2024-03-01', 'YYYY-MM-DD') - TO_DATE('2024-02-28', 'YYYY-MM-DD')"),
        "2"
    );
    assert_eq!(value("TO_DATE('2024-02-28', 'YYYY-MM-DD') + 2"), "3/1/2024");
    assert_eq!(
        value("TO_CHAR(TO_DATE('2024-02-28', 'YYYY-MM-DD') + 0.5, 'YYYY-MM-DD HH24:MI')"),
        "2024-02-28 12:00"
    );
    assert_eq!(value("TO_CHAR(SYSDATE - 1/24, 'HH24:MI')"), "09:30");
    assert_eq!(value("SYSDATE - TRUNC(SYSDATE)"), "0.4375");
    assert!(holds(
        "TO_DATE('2024-01-01', 'YYYY-MM-DD') = TO_DATE('2024-01-01 00:00', 'YYYY-MM-DD HH24:MI')"
    ));
    assert!(holds("TRUNC(SYSDATE) < SYSDATE"));
    assert!(holds("CURRENT_DATE = SYSDATE AND SYSDATE() = CURRENT_TIMESTAMP"));
}

#[test]
fn months_end_on_their_last_day() {
    assert_eq!(
        value("ADD_MONTHS(TO_DATE('2024-01-31', 'YYYY-MM-DD'), 1)"),
        "2/29/2024"
    );
    assert_eq!(
        value("ADD_MONTHS(TO_DATE('2024-02-29', 'YYYY-MM-DD'), 12)"),
        "2/28/2025"
    );
    assert_eq!(
        value("ADD_MONTHS(TO_DATE('2024-04-30', 'YYYY-MM-DD'), 1)"),
        "5/31/2024"
    );
    assert_eq!(
        value("MONTHS_BETWEEN(TO_DATE('2024-03-31', 'YYYY-MM-DD'), TO_DATE('2024-02-29', 'YYYY-MM-DD'))"),
        "1"
    );
    assert_eq!(
        value("LAST_DAY(TO_DATE('2023-02-03', 'YYYY-MM-DD'))"),
        "2/28/2023"
    );
    assert_eq!(
        value("NEXT_DAY(TO_DATE('2026-11-22', 'YYYY-MM-DD'), 'SUNDAY')"),
        "11/29/2026"
    );
}

#[test]
fn dates_are_cut_and_rounded_to_units() {
    assert_eq!(value("TRUNC(SYSDATE, 'D')"), "11/22/2026");
    assert_eq!(value("TRUNC(SYSDATE, 'IW')"), "11/16/2026");
    assert_eq!(value("TRUNC(SYSDATE, 'Q')"), "10/1/2026");
    assert_eq!(value("ROUND(SYSDATE, 'MM')"), "12/1/2026");
    assert_eq!(
        value("ROUND(TO_DATE('2024-06-30', 'YYYY-MM-DD'), 'YYYY')"),
        "1/1/2024"
    );
    assert_eq!(
        value("ROUND(TO_DATE('2024-07-01', 'YYYY-MM-DD'), 'YYYY')"),
        "1/1/2025"
    );
}

#[test]
fn rownum_counts_before_anything_is_sorted() {
    let mut company = Company::new();
    assert_eq!(
        company.column("SELECT id FROM item WHERE ROWNUM <= 2 ORDER BY id DESC"),
        ["2", "1"]
    );
    assert_eq!(
        company.column("SELECT id FROM item WHERE 2 >= ROWNUM AND id > 1"),
        ["2", "3"]
    );
    assert_eq!(company.column("SELECT id FROM item WHERE ROWNUM = 1"), ["1"]);
    assert!(company.column("SELECT id FROM item WHERE ROWNUM = 2").is_empty());
    assert_eq!(
        company.column("SELECT ROWNUM FROM item WHERE id > 2 ORDER BY id DESC"),
        ["2", "1"]
    );
    assert_eq!(
        company.column("SELECT COUNT(*) FROM item WHERE ROWNUM < 3"),
        ["2"]
    );
    assert_eq!(
        company.column("SELECT id FROM customer c WHERE id = (SELECT entity FROM transaction t WHERE t.entity = c.id AND ROWNUM = 1)"),
        ["1", "2", "3", "4"]
    );
}

#[test]
fn decode_takes_null_for_equal_to_null() {
    assert_eq!(value("DECODE(NULL, NULL, 'same', 'other')"), "same");
    assert_eq!(value("DECODE(2, 1, 'one', 2, 'two')"), "two");
    assert_eq!(value("DECODE(3, 1, 'one', 2, 'two')"), "-");
    assert_eq!(value("CASE NULL WHEN NULL THEN 'same' ELSE 'other' END"), "other");
}

#[test]
fn results_of_several_kinds_become_one() {
    assert_eq!(value("NVL(NULL, 5) + 1"), "6");
    assert_eq!(value("CASE WHEN 1 = 2 THEN 'text' ELSE TO_CHAR(5) END"), "5");
    assert_eq!(
        value("NVL(TO_DATE('2024-01-02', 'YYYY-MM-DD'), SYSDATE)"),
        "1/2/2024"
    );
    assert_eq!(value("COALESCE(NULL, NULL, 'third')"), "third");
}

#[test]
fn a_moment_is_shown_as_a_day_until_it_is_asked_for_as_text() {
    assert_eq!(value("SYSDATE"), "11/22/2026");
    assert_eq!(value("'it is ' || SYSDATE"), "it is 11/22/2026");
    assert_eq!(
        value("TO_CHAR(SYSDATE, 'DD.MM.YYYY HH:MI AM')"),
        "22.11.2026 10:30 AM"
    );
}

#[test]
fn a_sum_of_sums_is_asked_of_a_query_in_from() {
    let mut company = Company::new();
    let total =
        company.column("SELECT SUM(x.n) FROM (SELECT COUNT(*) AS n FROM transaction GROUP BY type) x");
    assert_eq!(total, ["6"]);
}

#[test]
fn sorting_inside_of_a_query_lasts_outside() {
    let mut company = Company::new();
    assert_eq!(
        company.column("SELECT * FROM (SELECT entityid FROM customer ORDER BY id DESC)"),
        ["C4", "C3", "C2", "C1"]
    );
    let numbered =
        "SELECT a.entityid FROM (SELECT entityid FROM customer ORDER BY id DESC) a WHERE ROWNUM = 1";
    assert_eq!(company.column(numbered), ["C4"]);
}

#[test]
fn a_cast_rounds_to_its_scale_and_cuts_to_its_length() {
    for (cast, result) in [
        ("CAST(12.345 AS NUMBER(10,2))", "12.35"),
        ("CAST('12.345' AS NUMERIC(10, 1))", "12.3"),
        ("CAST(12.7 AS NUMBER(5))", "13"),
        ("CAST(12.7 AS DECIMAL)", "13"),
        ("CAST(12.7 AS NUMBER)", "12.7"),
        ("CAST('abcdef' AS VARCHAR2(3))", "abc"),
        ("CAST('äöü' AS VARCHAR(2))", "äö"),
        ("CAST(NULL AS VARCHAR2(3))", "-"),
    ] {
        assert_eq!(value(cast), result, "{cast}");
    }
}

#[test]
fn a_number_as_a_text_has_no_zero_before_its_point() {
    for (text, result) in [
        ("TO_CHAR(0.5)", ".5"),
        ("'x' || -0.25", "x-.25"),
        ("TO_CHAR(0)", "0"),
        ("TO_CHAR(10.5)", "10.5"),
        ("0.5", "0.5"),
    ] {
        assert_eq!(value(text), result, "{text}");
    }
}

#[test]
fn weeks_begin_on_sunday_on_monday_with_the_month_or_with_the_year() {
    for (unit, start) in [
        ("D", "11/22/2026"),
        ("IW", "11/23/2026"),
        ("W", "11/22/2026"),
        ("WW", "11/19/2026"),
    ] {
        let cut = format!("TRUNC(TO_DATE('2026-11-25', 'YYYY-MM-DD'), '{unit}')");
        assert_eq!(value(&cut), start, "{unit}");
    }
}
