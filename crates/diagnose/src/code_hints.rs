//! Lines of code that do it right, in the languages people sign in.

use crate::finding::CodeHint;

const fn hint(language: &'static str, code: &'static str) -> CodeHint {
    CodeHint { language, code }
}

/// Percent-encoding as RFC 3986 has it.
pub(crate) const ENCODE: &[CodeHint] = &[
    hint(
        "JavaScript",
        "encodeURIComponent(text).replace(/[!'()*]/g, c => '%' + c.charCodeAt(0).toString(16).toUpperCase())",
    ),
    hint("Python", "urllib.parse.quote(text, safe='-._~')"),
    hint("PHP", "rawurlencode($text)"),
    hint(
        "Java",
        "URLEncoder.encode(text, UTF_8).replace(\"+\", \"%20\").replace(\"*\", \"%2A\").replace(\"%7E\", \"~\")",
    ),
    hint("C#", "Uri.EscapeDataString(text)"),
    hint("Ruby", "ERB::Util.url_encode(text)"),
];
/// The signature of a base string.
pub(crate) const DIGEST: &[CodeHint] = &[
    hint(
        "JavaScript",
        "crypto.createHmac('sha256', key).update(baseString).digest('base64')",
    ),
    hint(
        "Python",
        "base64.b64encode(hmac.new(key.encode(), base_string.encode(), hashlib.sha256).digest()).decode()",
    ),
    hint(
        "PHP",
        "base64_encode(hash_hmac('sha256', $baseString, $key, true))",
    ),
    hint(
        "Java",
        "Base64.getEncoder().encodeToString(mac.doFinal(baseString.getBytes(UTF_8)))",
    ),
    hint(
        "C#",
        "Convert.ToBase64String(new HMACSHA256(key).ComputeHash(baseString))",
    ),
    hint(
        "Ruby",
        "Base64.strict_encode64(OpenSSL::HMAC.digest('sha256', key, base_string))",
    ),
];
/// The signing key.
pub(crate) const KEY: &[CodeHint] = &[
    hint(
        "JavaScript",
        "encodeURIComponent(consumerSecret) + '&' + encodeURIComponent(tokenSecret)",
    ),
    hint(
        "Python",
        "quote(consumer_secret, safe='-._~') + '&' + quote(token_secret, safe='-._~')",
    ),
    hint(
        "PHP",
        "rawurlencode($consumerSecret) . '&' . rawurlencode($tokenSecret)",
    ),
];
/// The order of parameters.
pub(crate) const SORT: &[CodeHint] = &[
    hint(
        "JavaScript",
        "pairs.map(([n, v]) => [encode(n), encode(v)]).sort(([a, x], [b, y]) => a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0)",
    ),
    hint(
        "Python",
        "sorted((quote(n, safe='-._~'), quote(v, safe='-._~')) for n, v in pairs)",
    ),
];
/// A query as a list of pairs.
pub(crate) const LIST: &[CodeHint] = &[
    hint("JavaScript", "[...new URL(url).searchParams]"),
    hint("Python", "urllib.parse.parse_qsl(query, keep_blank_values=True)"),
];
/// How well-known libraries are told the algorithm.
pub(crate) const ALGORITHM: &[CodeHint] = &[
    hint(
        "Postman",
        "Authorization > OAuth 1.0 > Signature Method: HMAC-SHA256",
    ),
    hint("Python", "OAuth1(..., signature_method='HMAC-SHA256')"),
    hint(
        "JavaScript",
        "OAuth({ signature_method: 'HMAC-SHA256', hash_function: (text, key) => crypto.createHmac('sha256', key).update(text).digest('base64') })",
    ),
    hint("C#", "SignatureMethod = OAuthSignatureMethod.HmacSha256"),
];
/// The timestamp.
pub(crate) const NOW: &[CodeHint] = &[
    hint("JavaScript", "Math.floor(Date.now() / 1000)"),
    hint("Python", "int(time.time())"),
    hint("PHP", "time()"),
    hint("Java", "Instant.now().getEpochSecond()"),
    hint("C#", "DateTimeOffset.UtcNow.ToUnixTimeSeconds()"),
];
