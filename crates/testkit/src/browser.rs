//! A browser without a window, which does what a person does: looks for words, clicks, types. It needs `chromedriver`
//! and `chromium`.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a page may take: the machine may have much to do.
const PATIENCE: Duration = Duration::from_secs(10);

/// It ends, with all its processes, when it is dropped.
pub struct Browser {
    pub client: Client,
    driver: Child,
    _profile: TempDir,
}

/// A command of Chromium's own protocol.
#[derive(Debug)]
struct Chromium(&'static str, Value);

impl WebDriverCompatibleCommand for Chromium {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        let body = json!({ "cmd": self.0, "params": self.1 });
        (Method::POST, Some(body.to_string()))
    }
}

impl Browser {
    pub async fn open() -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder can be made");
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("chromedriver is installed");
        let output = BufReader::new(driver.stdout.take().expect("its output is piped"));
        let port = output.lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let port = port.expect("chromedriver says its port");
        let arguments = [
            "--headless=new",
            // Containers give it neither what its sandbox needs nor much shared memory.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--no-first-run",
            "--hide-scrollbars",
            "--lang=en-GB",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".to_owned(), json!({ "args": arguments }));
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a browser opens");
        Self {
            client,
            driver,
            _profile: profile,
        }
    }

    pub async fn go(&self, address: &str) {
        self.client
            .goto(address)
            .await
            .expect("the address can be opened");
    }

    /// Clicks the link, button or heading of a menu with these words, whichever is seen first.
    pub async fn click(&self, words: &str) {
        let element = self
            .named("self::a or self::button or self::summary", words)
            .await;
        element
            .click()
            .await
            .unwrap_or_else(|error| panic!("{words:?} cannot be clicked: {error}"));
    }

    /// Through the menus, one after the other, as a guide writes it: `Setup > Company > Enable Features`.
    pub async fn follow(&self, path: &str) {
        let steps: Vec<&str> = path.split('>').map(str::trim).collect();
        let (Some(menu), Some(page)) = (steps.first(), steps.last()) else {
            return;
        };
        self.click(menu).await;
        if steps.len() > 1 {
            self.click(page).await;
        }
    }

    /// Types into the field with this label, in place of what is there.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.expect("a field can be cleared");
        field.send_keys(text).await.expect("a field takes text");
    }

    pub async fn choose(&self, label: &str, choice: &str) {
        let field = self.field(label).await;
        let chosen = field.select_by_label(choice).await;
        chosen.unwrap_or_else(|error| panic!("{label:?} does not offer {choice:?}: {error}"));
    }

    /// Ticks or clears the box with this label.
    pub async fn tick(&self, label: &str, on: bool) {
        let field = self.field(label).await;
        if field.is_selected().await.expect("a box is ticked or not") != on {
            field.click().await.expect("a box can be clicked");
        }
    }

    /// What a person reads. Nothing while one page makes way for the next.
    pub async fn text(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// The value beside this term.
    pub async fn value_of(&self, term: &str) -> String {
        let path = format!(
            "//dt[normalize-space()={}]/following-sibling::dd[1]//code",
            quoted(term)
        );
        // The page may be on its way.
        let found = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::XPath(&path))
            .await;
        let found = found.unwrap_or_else(|error| panic!("{term:?} is not on the page: {error}"));
        found.text().await.expect("a value has text")
    }

    pub async fn resize(&self, (width, height): (u32, u32)) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.chromium("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    pub async fn prefer_dark(&self, is_dark: bool) {
        let scheme = if is_dark { "dark" } else { "light" };
        let feature = |name: &str, value: &str| json!({ "name": name, "value": value });
        // Without motion: a colour that is still on its way is neither the old one nor the new one.
        let features = [
            feature("prefers-color-scheme", scheme),
            feature("prefers-reduced-motion", "reduce"),
        ];
        self.chromium("Emulation.setEmulatedMedia", json!({ "features": features }))
            .await;
    }

    pub async fn forbid_scripts(&self, is_forbidden: bool) {
        self.chromium(
            "Emulation.setScriptExecutionDisabled",
            json!({ "value": is_forbidden }),
        )
        .await;
    }

    /// What a person is asked the first time: whether a page may read what was copied.
    pub async fn allow_clipboard(&self) {
        let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        self.chromium("Browser.grantPermissions", permissions).await;
    }

    /// PNG.
    pub async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("the page can be pictured")
    }

    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client
            .execute_async(script, arguments)
            .await
            .expect("the script ends")
    }

    pub async fn close(self) {
        let closed = self.client.clone().close().await;
        closed.expect("the browser closes");
    }

    async fn chromium(&self, command: &'static str, parameters: Value) {
        let issued = self.client.issue_cmd(Chromium(command, parameters)).await;
        issued.expect("the browser knows the command");
    }

    async fn field(&self, label: &str) -> Element {
        let label_element = self.named("self::label", label).await;
        let id = label_element.attr("for").await.expect("a label can be read");
        let id = id.unwrap_or_else(|| panic!("the label {label:?} is of no field"));
        self.client
            .find(Locator::Id(&id))
            .await
            .expect("a label has its field")
    }

    /// The first of these elements that begins with the words and is seen. What follows may be a note; an asterisk is one.
    async fn named(&self, elements: &str, words: &str) -> Element {
        let exactly = format!(
            "//*[{elements}][normalize-space()={0} or normalize-space()=concat({0}, '*')]",
            quoted(words)
        );
        let begins = format!(
            "//*[{elements}][starts-with(normalize-space(), {})]",
            quoted(words)
        );
        let found = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::XPath(&begins))
            .await;
        if let Err(error) = found {
            panic!("nothing is called {words:?}: {error}\n{}", self.text().await);
        }
        for path in [exactly, begins] {
            for element in self
                .client
                .find_all(Locator::XPath(&path))
                .await
                .expect("a page can be searched")
            {
                if element.is_displayed().await.unwrap_or(false) {
                    return element;
                }
            }
        }
        panic!("{words:?} is not seen on the page:\n{}", self.text().await)
    }
}

/// As XPath writes text without both kinds of quotes in it.
fn quoted(text: &str) -> String {
    if text.contains('\'') {
        format!("\"{text}\"")
    } else {
        format!("'{text}'")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(group) = rustix::process::Pid::from_raw(self.driver.id().cast_signed()) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.driver.wait();
    }
}
