use super::*;

fn moment() -> DateTime {
    stored("2024-02-09T15:04:05Z").expect("a moment")
}

fn written(model: &str) -> String {
    DateModel::parse(model).expect("a model").write(moment())
}

#[test]
fn a_moment_is_written_by_each_element() {
    assert_eq!(written("YYYY-MM-DD HH24:MI:SS"), "2024-02-09 15:04:05");
    assert_eq!(written("fmMM/DD/YYYY"), "2/9/2024");
    assert_eq!(written("DD-Mon-YY HH12:MI AM"), "09-Feb-24 03:04 PM");
    assert_eq!(written("DAY, MONTH"), "FRIDAY   , FEBRUARY ");
    assert_eq!(written("fmDay \"the\" DD"), "Friday the 9");
    assert_eq!(written("Q DDD D IW WW W"), "1 040 6 06 06 2");
    assert_eq!(written("DS TS"), "2/9/2024 3:04:05 PM");
    assert_eq!(written("HH24:MI:SSxFF3"), "15:04:05.000");
    assert_eq!(written("SSSSS"), "54245");
    assert_eq!(written("RM|fmRM"), "II  |II");
    assert_eq!(written("YEAR"), "TWENTY TWENTY-FOUR");
    assert_eq!(written("J CC"), "2460350 21");
    assert_eq!(written("YYYYMM"), "202402");
    assert_eq!(written("mon dy"), "feb fri");
}

#[test]
fn text_is_read_as_leniently_as_oracle_does() {
    let now = stored("2026-11-22").expect("a date");
    let read = |text: &str, model: &str| {
        DateModel::parse(model)
            .expect("a model")
            .read(text, now)
            .map(store_moment)
    };
    assert_eq!(
        read("1/5/2024", "MM/DD/YYYY").as_deref(),
        Ok("2024-01-05T00:00:00Z")
    );
    assert_eq!(
        read("2024.01.05", "YYYY-MM-DD").as_deref(),
        Ok("2024-01-05T00:00:00Z")
    );
    assert_eq!(
        read("05-feb-99", "DD-MON-RR").as_deref(),
        Ok("1999-02-05T00:00:00Z")
    );
    assert_eq!(
        read("12:30 AM", "HH:MI AM").as_deref(),
        Ok("2026-11-01T00:30:00Z")
    );
    assert_eq!(
        read("20240105 2359", "YYYYMMDD HH24MI").as_deref(),
        Ok("2024-01-05T23:59:00Z")
    );
    assert_eq!(
        read("May 3, 2024", "MONTH DD, YYYY").as_deref(),
        Ok("2024-05-03T00:00:00Z")
    );
    assert_eq!(
        read("2026-01-02 03:04:05.987654321", "YYYY-MM-DD HH24:MI:SSxFF").as_deref(),
        Ok("2026-01-02T03:04:05Z")
    );
    assert_eq!(
        read("2026-01-02 03:04:05", "YYYY-MM-DD HH24:MI:SSxFF").as_deref(),
        Ok("2026-01-02T03:04:05Z")
    );
    for (text, model) in [
        ("2024-13-01", "YYYY-MM-DD"),
        ("2024-02-30", "YYYY-MM-DD"),
        ("soon", "YYYY"),
        ("2024-01-05x", "YYYY-MM-DD"),
    ] {
        assert!(read(text, model).is_err(), "{text}");
    }
    assert!(DateModel::parse("YYYY-ZZ").is_err());
}

#[test]
fn only_what_is_stored_as_a_date_is_one() {
    assert!(stored("2024-02-30").is_none());
    assert!(stored("2024/02/03").is_none());
    assert!(stored("€€€€€€€€").is_none());
    assert!(stored("").is_none());
}
