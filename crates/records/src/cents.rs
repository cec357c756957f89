//! Amounts are kept to the cent.

/// Rounded to cents, half a cent away from zero.
///
/// A product such as `83911.90 * 2.85` is half a cent in decimals and a hair less in binary: what a few operations on doubles
/// can lose is given back first.
pub(crate) fn to_cents(amount: f64) -> f64 {
    const LOST: f64 = 4.0 * f64::EPSILON;
    (amount * 100.0 * (1.0 + LOST)).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_cent_is_a_cent_however_it_was_computed() {
        for (amount, rounded) in [
            (83911.90 * 2.85, 239_148.92),
            (1.005, 1.01),
            (-1.005, -1.01),
            (1.004_999, 1.0),
            (0.0, 0.0),
        ] {
            assert_eq!(to_cents(amount), rounded, "{amount}");
        }
    }
}
