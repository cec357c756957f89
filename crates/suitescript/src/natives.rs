//! What JavaScript is given of Rust: a few functions that the foundation and the modules are built on. Scripts never see them.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use countersign_spelling::{nearest, question};
use rquickjs::context::EvalOptions;
use rquickjs::prelude::Opt;
use rquickjs::{Ctx, Exception, Function, IntoJs, Object};
use serde_json::{Value, json};

use crate::es_module::EsModules;
use crate::host::{Host, HostError};
use crate::meter::{Limit, Meter};
use crate::{bounded, governance, modules, stack};

/// Of one call of the host, in bytes of JSON: a file of NetSuite's largest size (10 MB), escaped.
const LONGEST_CALL: usize = 32 * 1024 * 1024;

pub(crate) struct Natives {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) meter: Rc<Meter>,
    /// The file of the script that is called, which was read for its header.
    pub(crate) script: File,
    pub(crate) es_modules: Rc<RefCell<EsModules>>,
}

impl Natives {
    /// The object `native`.
    pub(crate) fn object<'js>(self, ctx: &Ctx<'js>) -> rquickjs::Result<Object<'js>> {
        let native = Object::new(ctx.clone())?;
        self.account(ctx, &native)?;
        self.files(ctx, &native)?;
        source(ctx, &native)?;
        crate::es_module::natives(ctx, &native, &self.es_modules)?;
        Ok(native)
    }

    /// The text of a file, nothing where there is none, or an error's `name` and `message`.
    fn files<'js>(&self, ctx: &Ctx<'js>, native: &Object<'js>) -> rquickjs::Result<()> {
        let (host, script) = (Arc::clone(&self.host), self.script.clone());
        let source = move |ctx: Ctx<'js>, path: String| {
            let text = match path == script.path {
                true => script.text.clone(),
                false => text_of(&*host, &path),
            };
            match text {
                Ok(text) => text.as_deref().into_js(&ctx),
                Err(error) => {
                    let refused = Object::new(ctx)?;
                    refused.set("name", error.name)?;
                    refused.set("message", error.message)?;
                    Ok(refused.into_value())
                }
            }
        };
        native.set("source", Function::new(ctx.clone(), source)?)
    }

    /// The host and the meter.
    fn account<'js>(&self, ctx: &Ctx<'js>, native: &Object<'js>) -> rquickjs::Result<()> {
        let (host, meter) = (Arc::clone(&self.host), Rc::clone(&self.meter));
        let call = move |ctx: Ctx<'js>, name: String, arguments: String| {
            meter.step_aside();
            let answer = ask(&*host, &name, &arguments);
            // A call may outlast the time, and the engine may ask late.
            match meter.exceeded() {
                Some(_) => Err(end(&ctx)),
                None => Ok(answer),
            }
        };
        native.set("call", Function::new(ctx.clone(), call)?)?;

        let meter = Rc::clone(&self.meter);
        let spend = move |ctx: Ctx<'js>, operation: String, class: Opt<Option<String>>| {
            let class = class.0.flatten();
            let Some(units) = governance::units(&operation, class.as_deref()) else {
                let message = format!("{operation} has no price in usage units");
                return Err(Exception::throw_internal(&ctx, &message));
            };
            meter.spend(units).map_err(|_: Limit| end(&ctx))
        };
        native.set("spend", Function::new(ctx.clone(), spend)?)?;

        let meter = Rc::clone(&self.meter);
        let remaining = move || meter.remaining();
        native.set("remaining", Function::new(ctx.clone(), remaining)?)
    }
}

/// A file of the cabinet.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: Result<Option<Rc<str>>, HostError>,
}

impl File {
    pub(crate) fn read(host: &dyn Host, path: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text_of(host, path),
        }
    }
}

/// Nothing where there is no such file. Editors leave a byte order mark, and copied code a space without width.
fn text_of(host: &dyn Host, path: &str) -> Result<Option<Rc<str>>, HostError> {
    Ok(match host.call("source", json!({ "path": path }))? {
        Value::String(text) => Some(text.trim_start_matches(['\u{feff}', '\u{200b}']).into()),
        _ => None,
    })
}

/// Asks the host: `{"answer": …}`, or `{"error": {"name", "message"}}`.
fn ask(host: &dyn Host, name: &str, arguments: &str) -> String {
    let refused =
        |name: &str, message: &str| json!({ "error": { "name": name, "message": message } }).to_string();
    if arguments.len() > LONGEST_CALL {
        return refused(
            "SSS_FILE_CONTENT_SIZE_EXCEEDED",
            &format!("{name} was given {} bytes; it takes 10 MB.", arguments.len()),
        );
    }
    let arguments = match bounded::read(arguments) {
        Ok(arguments) => arguments,
        // It is nested too deeply, or has too much in it: the rest of what JSON.stringify writes can be read.
        Err(error) => {
            return refused(
                "UNEXPECTED_ERROR",
                &format!("{name} cannot take that value: {error}"),
            );
        }
    };
    match host.call(name, arguments) {
        Ok(answer) => json!({ "answer": answer }).to_string(),
        Err(error) => refused(&error.name, &error.message),
    }
}

/// Throws what no script can catch. Only the engine's own interruption is that: so a loop is started, which ends at once because
/// the meter says that a limit was exceeded.
fn end(ctx: &Ctx<'_>) -> rquickjs::Error {
    let mut options = EvalOptions::default();
    options.filename = Some("N/governance".to_owned());
    match ctx.eval_with_options::<rquickjs::Value<'_>, _>("for (;;);", options) {
        Ok(_) => rquickjs::Error::Unknown,
        Err(error) => error,
    }
}

/// Sources become functions.
fn source<'js>(ctx: &Ctx<'js>, native: &Object<'js>) -> rquickjs::Result<()> {
    let evaluate =
        |ctx: Ctx<'js>, text: String, path: String| function(&ctx, "define, require", &text, &path);
    native.set("evaluate", Function::new(ctx.clone(), evaluate)?)?;

    let evaluate_for_all = |ctx: Ctx<'js>, text: String, path: String| {
        ctx.eval_with_options::<rquickjs::Value<'js>, _>(text, sloppy(&path))?;
        Ok::<(), rquickjs::Error>(())
    };
    native.set("evaluateForAll", Function::new(ctx.clone(), evaluate_for_all)?)?;

    let module = |ctx: Ctx<'js>, name: String| modules::function(&ctx, &name);
    native.set("module", Function::new(ctx.clone(), module)?)?;

    let members = |module: String| Some(modules::shape(&module)?.members.as_str());
    native.set("members", Function::new(ctx.clone(), members)?)?;

    let enumeration = |module: String, name: String| modules::shape(&module)?.enumeration(&name);
    native.set("enumeration", Function::new(ctx.clone(), enumeration)?)?;

    let value = |module: String, name: String, key: String| modules::shape(&module)?.value(&name, &key);
    native.set("value", Function::new(ctx.clone(), value)?)?;

    let class = |module: String, name: String| modules::shape(&module)?.class(&name);
    native.set("class", Function::new(ctx.clone(), class)?)?;

    let methods = |module: String| {
        let methods = &modules::shape(&module)?.methods;
        Some(methods.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    native.set("methods", Function::new(ctx.clone(), methods)?)?;

    let names = || modules::names().map(ToOwned::to_owned).collect::<Vec<_>>();
    native.set("moduleNames", Function::new(ctx.clone(), names)?)?;

    let question =
        |wrong: String, names: Vec<String>| question(&nearest(&wrong, names.iter().map(String::as_str)));
    native.set("question", Function::new(ctx.clone(), question)?)?;

    let frames = |stack: String| stack::frames(&stack);
    native.set("frames", Function::new(ctx.clone(), frames)?)
}

/// A function with `text` as its body. Its first line is the file's first line, so that positions are right; what a file declares
/// stays in it, as two files may declare the same name. Sloppy, as SuiteScript is, unless the file says otherwise.
pub(crate) fn function<'js>(
    ctx: &Ctx<'js>,
    parameters: &str,
    text: &str,
    path: &str,
) -> rquickjs::Result<Function<'js>> {
    let function = format!("(function({parameters}){{{text}\n}})");
    ctx.eval_with_options(function, sloppy(path))
}

fn sloppy(path: &str) -> EvalOptions {
    let mut options = EvalOptions::default();
    options.strict = false;
    options.filename = Some(path.to_owned());
    options
}
