//! The JavaScript that is compiled into the binary, as bytecode of the engine: it is parsed once in a process, and every execution
//! reads what it uses of it.
//!
//! Only our own files are read that way, for an engine believes the bytecode that it is given. A script's file is parsed anew each
//! time.

use std::sync::OnceLock;

use rquickjs::loader::Loader;
use rquickjs::loader::bundle::{Bundle, HasByteCode};
use rquickjs::module::WriteOptions;
use rquickjs::{Context, Ctx, Function, Module, Runtime};

/// A file below `modules`: a function body with these parameters.
pub(crate) struct Source {
    /// `N/record`.
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    parameters: &'static str,
    compiled: OnceLock<Vec<u8>>,
}

/// By name, for the engine's loader.
pub(crate) type Entry = (&'static str, &'static Source);

impl Source {
    pub(crate) const fn new(name: &'static str, text: &'static str, parameters: &'static str) -> Self {
        Self {
            name,
            text,
            parameters,
            compiled: OnceLock::new(),
        }
    }

    /// As the default export of an ES module, which is what the engine can write. No script can import it: its name ends in a way
    /// in which no module's does.
    fn compile(&self) -> rquickjs::Result<Vec<u8>> {
        let module = format!("export default function({}){{{}\n}}", self.parameters, self.text);
        let context = Context::full(&Runtime::new()?)?;
        context.with(|ctx| {
            // Nobody is shown where in our own files something happened.
            let options = WriteOptions {
                strip_source: true,
                strip_debug: true,
                ..WriteOptions::default()
            };
            Module::declare(ctx, format!("{}.js", self.name), module)?.write(options)
        })
    }
}

impl HasByteCode<'static> for &'static Source {
    /// Empty where it cannot be compiled, which the engine refuses to read.
    fn get_bytecode(&self) -> &'static [u8] {
        let source: &'static Source = self;
        source
            .compiled
            .get_or_init(|| source.compile().unwrap_or_default())
    }
}

/// The function that one of `entries` is.
pub(crate) fn function<'js>(
    ctx: &Ctx<'js>,
    entries: &'static [Entry],
    name: &str,
) -> rquickjs::Result<Function<'js>> {
    let (module, _) = Bundle(entries).load(ctx, name, None)?.eval()?;
    module.get("default")
}
