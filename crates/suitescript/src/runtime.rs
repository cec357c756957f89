//! One execution: an engine of its own is made, a script loaded and called in it, and the engine dropped.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use countersign_world::Clock;
use rquickjs::allocator::RustAllocator;
use rquickjs::promise::MaybePromise;
use rquickjs::{Array, CatchResultExt, CaughtError, Context, Ctx, Function, Object, Runtime, Value};
use serde::Deserialize;
use serde_json::json;

use crate::calculations::Calculations;
use crate::call::{Argument, Call, Limits, Outcome, Returned, Thrown};
use crate::es_module::{EsModules, Linker};
use crate::header::Header;
use crate::host::Host;
use crate::meter::{Limit, Meter};
use crate::natives::{File, Natives};
use crate::secrets::Secrets;
use crate::turn::Place;
use crate::{modules, stack};

/// Bytes at which cycles are looked for the first time; the engine's own figure has it look several times while modules are made.
const FIRST_COLLECTION: usize = 8 * 1024 * 1024;

/// Runs a script on this thread, which must have a stack several times that of [`Limits::stack`].
///
/// What ends it is in the outcome, whatever it is: a script that fails, one that never ends, one that takes all the memory it may.
pub fn run(call: &Call, limits: &Limits, host: &Arc<dyn Host>, clock: Arc<dyn Clock>) -> Outcome {
    let host = Secrets::of(Arc::clone(host));
    metered(call, limits, &host, Meter::new(clock, limits))
}

/// The same on a thread that gives way to others when the script is long, and takes turns with those that are long too.
pub(crate) fn run_in_pool(
    call: &Call,
    limits: &Limits,
    host: &Arc<dyn Host>,
    clock: Arc<dyn Clock>,
    place: &Arc<Place>,
) -> Outcome {
    let host = Secrets::of(Arc::clone(host));
    let meter = Meter::new(clock, limits).that_gives_way().with_place(place);
    metered(call, limits, &host, meter)
}

/// The same where [`Secrets`] are kept at the other end of `host`, as for the process of a worker.
pub(crate) fn run_beside_secrets(
    call: &Call,
    limits: &Limits,
    host: &Arc<dyn Host>,
    clock: Arc<dyn Clock>,
) -> Outcome {
    metered(call, limits, host, Meter::new(clock, limits).that_gives_way())
}

fn metered(call: &Call, limits: &Limits, host: &Arc<dyn Host>, meter: Meter) -> Outcome {
    let host = &Calculations::beside(Arc::clone(host));
    let meter = Rc::new(meter);
    let result = match engine(limits, &meter) {
        Ok((context, es_modules)) => context.with(|ctx| {
            let result = execute(&ctx, call, limits, host, &meter, &es_modules);
            es_modules.borrow_mut().clear();
            result
        }),
        // There is not even memory for an empty engine.
        Err(_) => Err(ended_by(Limit::Memory, limits, Vec::new())),
    };
    Outcome {
        result,
        units: meter.used(),
        took: meter.took(),
    }
}

/// Without the engine's modules for files and processes: a script reaches the host, and nothing else.
fn engine(limits: &Limits, meter: &Rc<Meter>) -> rquickjs::Result<(Context, Rc<RefCell<EsModules>>)> {
    // Of the memory of the process, so that the process's allocator gives it back; the engine counts what it takes.
    let runtime = Runtime::new_with_alloc(RustAllocator)?;
    runtime.set_memory_limit(limits.memory);
    runtime.set_max_stack_size(limits.stack);
    // Most executions end before there is anything worth looking for.
    runtime.set_gc_threshold(FIRST_COLLECTION.min(limits.memory / 4));
    let meter = Rc::clone(meter);
    runtime.set_interrupt_handler(Some(Box::new(move || meter.over().is_some())));
    let es_modules = Rc::new(RefCell::new(EsModules::default()));
    let linker = Linker(Rc::clone(&es_modules));
    runtime.set_loader(linker.clone(), linker);
    Ok((Context::full(&runtime)?, es_modules))
}

fn execute(
    ctx: &Ctx<'_>,
    call: &Call,
    limits: &Limits,
    host: &Arc<dyn Host>,
    meter: &Rc<Meter>,
    es_modules: &Rc<RefCell<EsModules>>,
) -> Result<Returned, Thrown> {
    let script = File::read(&**host, &call.path);
    let config = configuration(&script);
    let natives = Natives {
        host: Arc::clone(host),
        meter: Rc::clone(meter),
        script,
        es_modules: Rc::clone(es_modules),
    };
    let internal = foundation(ctx, natives)
        .catch(ctx)
        .map_err(|error| thrown(error, (meter, limits), None))?;
    called(&internal, call, limits, config)
        .catch(ctx)
        .map_err(|error| thrown(error, (meter, limits), Some(&internal)))
        .flatten()
}

/// The object `internal`, which the modules are built on.
fn foundation<'js>(ctx: &Ctx<'js>, natives: Natives) -> rquickjs::Result<Object<'js>> {
    let native = natives.object(ctx)?;
    let internal = Object::new(ctx.clone())?;
    modules::foundation(ctx)?.call::<_, ()>((native, internal.clone()))?;
    Ok(internal)
}

fn called<'js>(
    internal: &Object<'js>,
    call: &Call,
    limits: &Limits,
    config: Option<String>,
) -> rquickjs::Result<Result<Returned, Thrown>> {
    let (is_json, argument) = match &call.argument {
        Argument::Json(value) => (true, value.to_string()),
        Argument::Text(text) => (false, text.clone()),
    };
    if argument.len() > limits.text {
        return Ok(Err(too_long("was given", argument.len(), limits)));
    }
    let execute: Function<'js> = internal.get("execute")?;
    let value: MaybePromise<'js> = if call.only_checks() {
        let check: Function<'js> = internal.get("check")?;
        check.call((call.path.as_str(), config))?
    } else {
        execute.call((
            call.path.as_str(),
            config,
            call.entry_point.as_str(),
            is_json,
            argument,
        ))?
    };
    let value: Value<'js> = match value.finish() {
        Err(rquickjs::Error::WouldBlock) => return Ok(Ok(Returned::Nothing)),
        other => other?,
    };
    let returned: Array<'js> = internal.get::<_, Function<'js>>("returned")?.call((value,))?;
    let (kind, text): (String, String) = (returned.get(0)?, returned.get(1)?);
    if text.len() > limits.text {
        return Ok(Err(too_long("returned", text.len(), limits)));
    }
    Ok(Ok(match kind.as_str() {
        "text" => Returned::Text(text),
        "json" => Returned::Json(text),
        "response" => Returned::Response {
            content: text,
            content_type: returned.get(2)?,
        },
        _ => Returned::Nothing,
    }))
}

/// The path of `@NAmdConfig` in the header of the script that is called.
fn configuration(script: &File) -> Option<String> {
    let text = script.text.as_ref().ok()?.as_deref()?;
    Header::parse(text).amd_config
}

pub(crate) fn too_long(what: &str, bytes: usize, limits: &Limits) -> Thrown {
    let message = format!(
        "The script {what} {bytes} bytes, and NetSuite guarantees {} MB of a string. Send less at a time.",
        limits.text / (1024 * 1024)
    );
    of_netsuite("UNEXPECTED_ERROR", &message, Vec::new())
}

pub(crate) fn ended_by(limit: Limit, limits: &Limits, stack: Vec<String>) -> Thrown {
    of_netsuite(limit.code(), &limit.message(limits), stack)
}

pub(crate) fn of_netsuite(name: &str, message: &str, stack: Vec<String>) -> Thrown {
    let json = json!({
        "type": "error.SuiteScriptError",
        "name": name,
        "message": message,
        "stack": stack,
        "cause": {
            "type": "internal error",
            "code": name,
            "details": message,
            "userEvent": null,
            "stackTrace": stack,
            "notifyOff": false,
        },
        "id": "",
        "notifyOff": false,
        "userFacing": false,
    });
    Thrown {
        name: name.to_owned(),
        message: message.to_owned(),
        stack,
        json: json.to_string(),
    }
}

/// As `internal.describe` writes it.
#[derive(Deserialize)]
struct Described {
    name: String,
    message: String,
    stack: Vec<String>,
    json: String,
}

fn thrown<'js>(
    error: CaughtError<'js>,
    (meter, limits): (&Meter, &Limits),
    internal: Option<&Object<'js>>,
) -> Thrown {
    let (value, message, stack) = match error {
        CaughtError::Exception(exception) => {
            let message = exception.message().unwrap_or_default();
            let stack = exception.stack().unwrap_or_default();
            (Some(exception.into_object().into_value()), message, stack)
        }
        CaughtError::Value(value) => (Some(value), String::new(), String::new()),
        CaughtError::Error(error) => (None, error.to_string(), String::new()),
    };
    let frames = stack::frames(&stack);
    if let Some(limit) = meter.ended() {
        return ended_by(limit, limits, frames);
    }
    if value
        .as_ref()
        .is_some_and(|value| is_out_of_memory(value, &message))
    {
        return ended_by(Limit::Memory, limits, frames);
    }
    value
        .and_then(|value| described(internal?, value))
        .unwrap_or_else(|| match meter.ended() {
            Some(limit) => ended_by(limit, limits, frames.clone()),
            None => of_netsuite("UNEXPECTED_ERROR", &message, frames.clone()),
        })
}

/// As the engine says it, or null where there was no memory for an error. A script can throw null too.
fn is_out_of_memory(thrown: &Value<'_>, message: &str) -> bool {
    let name = || thrown.as_object()?.get::<_, String>("name").ok();
    thrown.is_null() || (message == "out of memory" && name().is_some_and(|name| name == "InternalError"))
}

/// What was thrown, told by the script's own engine: its `toJSON` and `name` may be anything, and may throw.
fn described<'js>(internal: &Object<'js>, value: Value<'js>) -> Option<Thrown> {
    let described = internal
        .get::<_, Function<'js>>("describe")
        .and_then(|describe| describe.call::<_, String>((value,)));
    let Ok(described) = described else {
        internal.ctx().catch();
        return None;
    };
    let Described {
        name,
        message,
        stack,
        json,
    } = serde_json::from_str(&described).ok()?;
    Some(Thrown {
        name,
        message,
        stack,
        json,
    })
}
