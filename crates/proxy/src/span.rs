//! A call as a trace has it: one span, and one in it for each wait and attempt. OTLP in JSON, and W3C Trace Context.
//!
//! It holds names of callers, ids of connections, words and numbers: no path, query, header or body.

use std::time::Duration;

use countersign_world::{Entropy, UnixTime};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Of the OTLP enumerations.
const SERVER: u8 = 2;
const CLIENT: u8 = 3;
const INTERNAL: u8 = 1;
const FAILED: u8 = 2;

/// Waits and attempts that are told of one call.
const MOST_PARTS: usize = 64;

/// Where a call stands in its trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Context {
    trace: String,
    /// Of whoever called; empty where the trace begins here.
    parent: String,
    own: String,
}

/// A call under way.
#[derive(Debug)]
pub(crate) struct Span {
    context: Context,
    /// When it began, by the wall and since the start.
    began: (UnixTime, Duration),
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    id: String,
    name: &'static str,
    kind: u8,
    from: Duration,
    to: Option<Duration>,
}

impl Context {
    /// Follows the trace of the caller, or begins one. None where the caller says that its trace is not kept.
    pub(crate) fn of(headers: &HeaderMap, entropy: &dyn Entropy) -> Option<Self> {
        let own = id(entropy, 8);
        match headers.get(TRACEPARENT).map(HeaderValue::to_str) {
            Some(Ok(given)) => match parent(given) {
                Some((_, _, false)) => None,
                Some((trace, parent, true)) => Some(Self {
                    trace: trace.to_owned(),
                    parent: parent.to_owned(),
                    own,
                }),
                // What cannot be read is as if it were not there.
                None => Some(Self::first(own, entropy)),
            },
            _ => Some(Self::first(own, entropy)),
        }
    }

    fn first(own: String, entropy: &dyn Entropy) -> Self {
        Self {
            trace: id(entropy, 16),
            parent: String::new(),
            own,
        }
    }
}

/// Trace, span and whether it is kept, of version 00 and those after it (W3C Trace Context section 3.2).
fn parent(text: &str) -> Option<(&str, &str, bool)> {
    let mut parts = text.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
    };
    let is_some = |text: &str| text.bytes().any(|byte| byte != b'0');
    let is_read = is_hex(version, 2)
        && version != "ff"
        && (version != "00" || parts.next().is_none())
        && is_hex(trace, 32)
        && is_hex(span, 16)
        && is_hex(flags, 2)
        && is_some(trace)
        && is_some(span);
    let is_kept = u8::from_str_radix(flags, 16).ok()? & 1 == 1;
    is_read.then_some((trace, span, is_kept))
}

impl Span {
    pub(crate) const fn begin(context: Context, now: UnixTime, elapsed: Duration) -> Self {
        Self {
            context,
            began: (now, elapsed),
            parts: Vec::new(),
        }
    }

    pub(crate) fn waited(&mut self, time: Duration, now: Duration, entropy: &dyn Entropy) {
        if !time.is_zero() {
            self.part("wait", INTERNAL, now.saturating_sub(time), Some(now), entropy);
        }
    }

    /// What the attempt says of itself, to be sent along.
    pub(crate) fn attempted(&mut self, now: Duration, entropy: &dyn Entropy) -> Option<HeaderValue> {
        self.arrived(now);
        let id = self.part("attempt", CLIENT, now, None, entropy)?.to_owned();
        HeaderValue::from_str(&format!("00-{}-{id}-01", self.context.trace)).ok()
    }

    /// The attempt under way has its answer, or will have none.
    pub(crate) fn arrived(&mut self, now: Duration) {
        if let Some(last) = self.parts.last_mut() {
            last.to.get_or_insert(now);
        }
    }

    fn part(
        &mut self,
        name: &'static str,
        kind: u8,
        from: Duration,
        to: Option<Duration>,
        entropy: &dyn Entropy,
    ) -> Option<&str> {
        if self.parts.len() >= MOST_PARTS {
            return None;
        }
        let id = id(entropy, 8);
        self.parts.push(Part {
            id,
            name,
            kind,
            from,
            to,
        });
        self.parts.last().map(|part| part.id.as_str())
    }

    /// The spans, as OTLP has them.
    pub(crate) fn told(
        mut self,
        now: Duration,
        status: Option<u16>,
        attributes: &[(&str, Value)],
    ) -> Vec<Value> {
        self.arrived(now);
        let (wall, began) = self.began;
        let base = u128::try_from(wall.millis()).unwrap_or_default() * 1_000_000;
        let at = |time: Duration| (base + time.saturating_sub(began).as_nanos()).to_string();
        let Context { trace, parent, own } = &self.context;
        let attributes: Vec<Value> = attributes
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| json!({ "key": key, "value": typed(value) }))
            .collect();
        let is_failed = status.is_some_and(|status| status >= 500);
        let whole = json!({
            "traceId": trace, "spanId": own, "parentSpanId": parent, "name": "proxied call", "kind": SERVER,
            "startTimeUnixNano": at(began), "endTimeUnixNano": at(now), "attributes": attributes,
            "status": if is_failed { json!({ "code": FAILED }) } else { json!({}) },
        });
        let parts = self.parts.iter().map(|part| {
            json!({
                "traceId": trace, "spanId": part.id, "parentSpanId": own, "name": part.name, "kind": part.kind,
                "startTimeUnixNano": at(part.from), "endTimeUnixNano": at(part.to.unwrap_or(now)),
            })
        });
        std::iter::once(whole).chain(parts).collect()
    }
}

/// 64-bit numbers are texts in OTLP's JSON.
fn typed(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!({ "intValue": number.to_string() }),
        Value::Bool(is) => json!({ "boolValue": is }),
        Value::String(text) => json!({ "stringValue": text }),
        other => json!({ "stringValue": other.to_string() }),
    }
}

fn id(entropy: &dyn Entropy, bytes: usize) -> String {
    countersign_world::hex(entropy, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SystemEntropy;

    const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn context(given: &str) -> Option<Context> {
        let headers = HeaderMap::from_iter([(TRACEPARENT, given.parse().unwrap())]);
        Context::of(&headers, &SystemEntropy)
    }

    #[test]
    fn a_callers_trace_is_followed_and_what_cannot_be_read_begins_one() {
        let followed = context(GIVEN).unwrap();
        assert_eq!(followed.trace, "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(followed.parent, "b7ad6b7169203331");
        assert_ne!(followed.own, followed.parent);
        assert_eq!(context(&GIVEN.replace("-01", "-00")), None);
        assert_eq!(
            context(&format!("01{}-more", &GIVEN[2..])).unwrap().parent,
            followed.parent
        );
        for unreadable in [
            "",
            "00",
            &format!("{GIVEN}-more"),
            &GIVEN.to_uppercase(),
            &GIVEN.replace("00-", "ff-"),
            &GIVEN.replace("b7ad6b7169203331", "0000000000000000"),
            &GIVEN.replace("0af7651916cd43dd8448eb211c80319c", &"0".repeat(32)),
        ] {
            let begun = context(unreadable).unwrap();
            assert_eq!(
                (begun.parent.as_str(), begun.trace.len(), begun.own.len()),
                ("", 32, 16)
            );
        }
    }

    #[test]
    fn a_span_tells_when_each_attempt_began_and_ended() {
        let second = Duration::from_secs;
        let now = UnixTime::from_seconds(1_000);
        let mut span = Span::begin(context(GIVEN).unwrap(), now, second(10));
        span.waited(second(1), second(11), &SystemEntropy);
        span.waited(Duration::ZERO, second(11), &SystemEntropy);
        let sent = span.attempted(second(11), &SystemEntropy).unwrap();
        span.attempted(second(12), &SystemEntropy);
        let told = span.told(second(15), Some(502), &[("one", json!(1)), ("none", Value::Null)]);
        let times = |span: &Value| {
            let nanos = |name: &str| span[name].as_str().unwrap().parse::<u64>().unwrap() / 1_000_000_000;
            (nanos("startTimeUnixNano"), nanos("endTimeUnixNano"))
        };
        let all: Vec<_> = told
            .iter()
            .map(|span| (span["name"].as_str().unwrap(), times(span)))
            .collect();
        assert_eq!(
            all,
            [
                ("proxied call", (1000, 1005)),
                ("wait", (1000, 1001)),
                ("attempt", (1001, 1002)),
                ("attempt", (1002, 1005)),
            ]
        );
        assert_eq!(
            told[0]["attributes"],
            json!([{ "key": "one", "value": { "intValue": "1" } }])
        );
        assert_eq!(told[0]["status"]["code"], 2);
        assert!(
            sent.to_str()
                .unwrap()
                .contains(told[2]["spanId"].as_str().unwrap())
        );
        assert!(
            told.iter()
                .skip(1)
                .all(|part| part["parentSpanId"] == told[0]["spanId"])
        );
    }

    #[test]
    fn a_call_that_is_tried_without_end_has_a_bounded_number_of_spans() {
        let mut span = Span::begin(context(GIVEN).unwrap(), UnixTime::default(), Duration::ZERO);
        for _ in 0..1000 {
            span.attempted(Duration::ZERO, &SystemEntropy);
        }
        assert_eq!(span.told(Duration::ZERO, None, &[]).len(), MOST_PARTS + 1);
    }
}
