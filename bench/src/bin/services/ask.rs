//! What is asked for.

use countersign_bench::{Server, authorization, stamp};
use countersign_protocol::{EndpointVersion, Signer};
use countersign_world::{SystemEntropy, nonce};

/// Of the sales orders, spread over the company, so that no page of the database serves them all.
const ORDERS: u32 = 1_000;

pub struct Ask {
    pub name: &'static str,
    pub requests: u32,
    how: How,
}

enum How {
    /// An address, which may hold the number of an order.
    Get(&'static str),
    /// The first page of a list, or each connection's next one.
    List(&'static str, Pages),
    SuiteQl(Pages),
    Soap,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pages {
    First,
    OneAfterTheOther,
}

/// Pages of a thousand that there are of the lists.
const PAGES: u32 = 80;

const LIST: &str = "/services/rest/record/v1/salesOrder?";
const FILTERED: &str =
    "/services/rest/record/v1/salesOrder?q=memo%20START_WITH%20%22a%22%20OR%20total%20GREATER%20100&";

/// `{connection}` makes of it a statement of each connection's own, with the same rows.
const STATEMENT: &str = "SELECT t.tranid, t.trandate, BUILTIN.DF(t.entity) AS customer, tl.item, tl.quantity, tl.netamount \
     FROM transaction t JOIN transactionline tl ON tl.transaction = t.id \
     WHERE t.type = 'SalesOrd' AND tl.mainline = 'F' AND tl.linesequencenumber > -{connection} \
     ORDER BY t.id, tl.linesequencenumber";

pub const ASKS: [Ask; 9] = [
    Ask {
        name: "a sales order",
        requests: 4_000,
        how: How::Get("/services/rest/record/v1/salesOrder/{order}"),
    },
    Ask {
        name: "a sales order with its lines",
        requests: 2_000,
        how: How::Get("/services/rest/record/v1/salesOrder/{order}?expandSubResources=true"),
    },
    Ask {
        name: "a list of 1,000 sales orders",
        requests: 800,
        how: How::List(LIST, Pages::First),
    },
    Ask {
        name: "its pages, one after the other",
        requests: 4 * PAGES,
        how: How::List(LIST, Pages::OneAfterTheOther),
    },
    Ask {
        name: "a list of 1,000, filtered by q",
        requests: 800,
        how: How::List(FILTERED, Pages::First),
    },
    Ask {
        name: "its pages, one after the other",
        requests: 4 * PAGES,
        how: How::List(FILTERED, Pages::OneAfterTheOther),
    },
    Ask {
        name: "SuiteQL, a page of 1,000 lines",
        requests: 400,
        how: How::SuiteQl(Pages::First),
    },
    Ask {
        name: "its pages, one after the other",
        requests: 4 * PAGES,
        how: How::SuiteQl(Pages::OneAfterTheOther),
    },
    Ask {
        name: "a sales order over SOAP",
        requests: 2_000,
        how: How::Soap,
    },
];

impl Pages {
    /// Of the request with this number; the requests of a connection are so many apart.
    fn offset(self, number: u32) -> u32 {
        match self {
            Self::First => 0,
            Self::OneAfterTheOther => number / crate::CONNECTIONS % PAGES * 1000,
        }
    }
}

impl Ask {
    /// The answer, which must be a good one.
    pub fn once(&self, server: &Server) -> String {
        let (method, target, headers, body) = self.signed(server, 0);
        let (status, answer) = server.connect().ask(method, &target, &headers, &body);
        assert_eq!(200, status, "{}: {answer}", self.name);
        answer
    }

    /// Method, target, headers and body of the request with this number.
    pub fn signed(&self, server: &Server, number: u32) -> (&'static str, String, String, String) {
        let order = crate::company::order(number % ORDERS);
        match self.how {
            How::Get(target) => {
                let target = target.replace("{order}", &order.to_string());
                let headers = authorization(&server.credentials(), "GET", &target);
                ("GET", target, headers, String::new())
            }
            How::List(list, pages) => {
                let target = format!("{list}limit=1000&offset={}", pages.offset(number));
                let headers = authorization(&server.credentials(), "GET", &target);
                ("GET", target, headers, String::new())
            }
            How::SuiteQl(pages) => {
                let offset = pages.offset(number);
                let target = format!("/services/rest/query/v1/suiteql?limit=1000&offset={offset}");
                let headers = authorization(&server.credentials(), "POST", &target);
                let headers = format!("{headers}Content-Type: application/json\r\nPrefer: transient\r\n");
                let connection = (number % crate::CONNECTIONS + 1).to_string();
                let statement = STATEMENT.replace("{connection}", &connection);
                ("POST", target, headers, format!("{{\"q\": \"{statement}\"}}"))
            }
            How::Soap => {
                let headers = "Content-Type: text/xml; charset=utf-8\r\nSOAPAction: \"get\"\r\n".to_owned();
                let target = format!("/services/NetSuitePort_{}", EndpointVersion::LATEST);
                ("POST", target, headers, envelope(server, order))
            }
        }
    }
}

fn envelope(server: &Server, order: i64) -> String {
    let version = EndpointVersion::LATEST;
    let nonce = nonce(&SystemEntropy);
    let passport = Signer::new(&server.credentials()).passport(&stamp(nonce.as_str()));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <soapenv:Header>{}</soapenv:Header><soapenv:Body>\
         <get xmlns=\"urn:messages_{version}.platform.webservices.netsuite.com\">\
         <baseRef xmlns:c=\"urn:core_{version}.platform.webservices.netsuite.com\" xsi:type=\"c:RecordRef\" \
         type=\"salesOrder\" internalId=\"{order}\"/></get></soapenv:Body></soapenv:Envelope>",
        passport.to_xml(version)
    )
}
