//! A SOAP call by hand: what the demo sends.

use countersign_protocol::{EndpointVersion, SignedPassport};

/// An envelope that asks for the server's time.
pub(crate) fn get_server_time(passport: &SignedPassport, version: EndpointVersion) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">\
         <soapenv:Header>{}</soapenv:Header><soapenv:Body>\
         <getServerTime xmlns=\"urn:messages_{version}.platform.webservices.netsuite.com\"/>\
         </soapenv:Body></soapenv:Envelope>",
        passport.to_xml(version)
    )
}

/// The text of the first element of this name, for showing.
pub(crate) fn text_of<'x>(xml: &'x str, element: &str) -> Option<&'x str> {
    let (_, after) = xml.split_once(element)?;
    let (_, text) = after.split_once('>')?;
    text.split_once('<').map(|(text, _)| text)
}
