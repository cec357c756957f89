//! Signs what has a known answer: a signer that is broken must not be looked for in the account.

use countersign_protocol::{Credentials, Request, Secret, Signer, Stamp};

/// Whether this program signs a header and a TokenPassport as it should. The answers are vectors C05 and K01 of the test
/// suite; the credentials are synthetic or printed in a public manual.
pub fn signs_right() -> bool {
    header().unwrap_or(false) && passport().unwrap_or(false)
}

fn header() -> Option<bool> {
    let signer = signer(
        "1234567",
        [
            "aaf31cc6ec4eeb45c673fcd270b072c77f0574fa12c04126a21b16dee7bcfb93",
            "a23ab549d99a0ed071d4bee24385f885fb468947cf2d60463677a471070bd12b",
            "d54511bac550f7ab22134ded5d1958c59249091b6e73ffa2ab2327cbb403c5ac",
            "338e4ab837312ea28d456a1e38ee1b46667b1de15a30ed911da7294a72d80e7d",
        ],
    )?;
    let url =
        "https://1234567.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=6&deploy=1&a=&a=1";
    let request = Request::new("GET", url).ok()?;
    let stamp = Stamp::new(1_700_000_000, "tbaVector00000000035").ok()?;
    let header = signer.sign(&request, &stamp);
    Some(header.contains("oauth_signature=\"QfxADJ%2BsRpupQuwetgSMu1jtagXuLiha22yYuGR4bwo%3D\""))
}

fn passport() -> Option<bool> {
    let signer = signer(
        "123456",
        [
            "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4",
            "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
            "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc",
            "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
        ],
    )?;
    let stamp = Stamp::new(1_508_242_306, "fjaLirsIcCGVZWzBX0pg").ok()?;
    let signature = signer.passport(&stamp).signature.to_string();
    Some(signature == "tIcC5zyKUmycB5Ml/cNxOHDusw03Y5KPQiXVNUHHp4U=")
}

fn signer(account: &str, values: [&str; 4]) -> Option<Signer> {
    let [consumer_key, consumer_secret, token, token_secret] = values;
    Some(Signer::new(&Credentials {
        account: account.parse().ok()?,
        consumer_key: consumer_key.to_owned(),
        consumer_secret: Secret::new(consumer_secret),
        token: token.to_owned(),
        token_secret: Secret::new(token_secret),
    }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_program_signs_right() {
        assert_eq!((super::header(), super::passport()), (Some(true), Some(true)));
    }
}
