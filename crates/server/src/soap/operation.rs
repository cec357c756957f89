//! Which operation an envelope asks for.

use quick_xml::Reader;
use quick_xml::events::Event;

/// The operation: the first element of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    GetServerTime,
    GetDataCenterUrls { account: String },
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum OperationError {
    #[error("The envelope is not well-formed XML: {0}")]
    Xml(String),
    #[error("A document type declaration is not allowed in a SOAP message.")]
    DocumentType,
    #[error("The envelope ends before its last element is closed.")]
    Truncated,
    #[error("The envelope has no operation in its Body.")]
    None,
}

impl Operation {
    /// Reads to the end: half an envelope asks for nothing.
    pub(super) fn read(envelope: &str) -> Result<Self, OperationError> {
        let mut xml = Reader::from_str(envelope.trim_start_matches('\u{feff}'));
        xml.config_mut().expand_empty_elements = true;
        let (mut depth, mut in_body, mut operation) = (0_u32, false, None);
        loop {
            match next(&mut xml)? {
                Event::Start(element) => {
                    let name = element.local_name();
                    match (depth, name.as_ref()) {
                        (1, "Body") => in_body = operation.is_none(),
                        (2, name) if in_body && operation.is_none() => {
                            let is_discovery = name == "getDataCenterUrls";
                            operation = Some(Self::named(name));
                            if is_discovery {
                                let account = account(&mut xml)?;
                                operation = Some(Self::GetDataCenterUrls { account });
                                continue;
                            }
                        }
                        _ => {}
                    }
                    depth += 1;
                }
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    in_body = in_body && depth > 1;
                }
                Event::Eof if depth > 0 => return Err(OperationError::Truncated),
                Event::Eof => return operation.ok_or(OperationError::None),
                _ => {}
            }
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::GetServerTime => "getServerTime",
            Self::GetDataCenterUrls { .. } => "getDataCenterUrls",
            Self::Other(name) => name,
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "getServerTime" => Self::GetServerTime,
            other => Self::Other(other.chars().take(80).collect()),
        }
    }
}

/// The text of the operation's `account` element; nothing where there is none.
fn account(xml: &mut Reader<&[u8]>) -> Result<String, OperationError> {
    let (mut depth, mut text, mut inside) = (0_u32, String::new(), false);
    loop {
        match next(xml)? {
            Event::Start(element) => {
                inside = depth == 0 && element.local_name().as_ref() == "account";
                depth += 1;
            }
            Event::Text(part) if inside => text.push_str(&part.xml10_content()),
            Event::End(_) if depth == 0 => return Ok(text),
            Event::End(_) => {
                inside = false;
                depth -= 1;
            }
            Event::Eof => return Ok(text),
            _ => {}
        }
    }
}

fn next<'x>(xml: &mut Reader<&'x [u8]>) -> Result<Event<'x>, OperationError> {
    match xml.read_event() {
        Ok(Event::DocType(_)) => Err(OperationError::DocumentType),
        Ok(event) => Ok(event),
        Err(error) => Err(OperationError::Xml(error.to_string().chars().take(120).collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(body: &str) -> Result<Operation, OperationError> {
        Operation::read(&format!(
            "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"x\"><s:Header><a><b/></a></s:Header><s:Body>{body}</s:Body></s:Envelope>"
        ))
    }

    #[test]
    fn the_operation_is_the_first_element_of_the_body() {
        assert_eq!(
            operation("<m:getServerTime xmlns:m=\"y\"/>"),
            Ok(Operation::GetServerTime)
        );
        let urls = operation("<getDataCenterUrls><account> 1234567 </account></getDataCenterUrls>");
        assert_eq!(
            urls,
            Ok(Operation::GetDataCenterUrls {
                account: " 1234567 ".into()
            })
        );
        assert_eq!(
            operation("<getDataCenterUrls/>"),
            Ok(Operation::GetDataCenterUrls {
                account: String::new()
            })
        );
        assert_eq!(operation("<addList/>"), Ok(Operation::Other("addList".into())));
        assert_eq!(operation(""), Err(OperationError::None));
        assert!(matches!(operation("</s:x>"), Err(OperationError::Xml(_))));
        let outside = "<s:Envelope><s:Body></s:Body><x><getServerTime/></x></s:Envelope>";
        assert_eq!(Operation::read(outside), Err(OperationError::None));
        let cut = "<s:Envelope><s:Body><getServerTime/></s:Body>";
        assert_eq!(Operation::read(cut), Err(OperationError::Truncated));
        let late = "<s:Envelope><s:Body><getServerTime/></s:Body></s:Envelope><!DOCTYPE a>";
        assert_eq!(Operation::read(late), Err(OperationError::DocumentType));
        let declared = "<!DOCTYPE a><s:Envelope><s:Body><getServerTime/></s:Body></s:Envelope>";
        assert_eq!(Operation::read(declared), Err(OperationError::DocumentType));
    }
}
