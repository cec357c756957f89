//! A secret: it cannot be printed, compared, serialised or cloned by accident, and is wiped when dropped.

use std::fmt;

use zeroize::Zeroizing;

/// A consumer secret or a token secret.
///
/// There is one way to read it, [`Secret::expose`], and one way to have it twice, [`Secret::duplicate`], so that
/// both are easy to find in a review.
///
/// ```compile_fail
/// let secret = countersign_protocol::Secret::new("s3cret");
/// let copy = secret.clone();
/// ```
/// ```compile_fail
/// println!("{}", countersign_protocol::Secret::new("s3cret"));
/// ```
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }

    /// The secret itself. Never put it into a log, an error or a message.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A second copy, made on purpose.
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_secret() {
        assert_eq!(format!("{:?}", Secret::new("s3cret")), "Secret(..)");
        assert_eq!(
            format!("{:#?}", Some(Secret::new("s3cret"))),
            "Some(\n    Secret(..),\n)"
        );
    }
}
