//! ES modules: what was prepared in JavaScript is linked by the engine. Nothing is run while it links.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Error, Exception, Function, Module, Object, Persistent, Value};

use crate::natives::function;

/// By path, or name of a module.
#[derive(Default)]
pub(crate) struct EsModules {
    files: HashMap<String, File>,
    provided: HashMap<String, Provided>,
}

/// A file that is an ES module.
struct File {
    text: String,
    /// What it imports, and where that is.
    imports: HashMap<String, String>,
}

/// A module that is none: one of NetSuite's, of `define`, or JSON.
struct Provided {
    value: Persistent<Value<'static>>,
    /// Its members that are identifiers.
    names: Vec<String>,
}

impl EsModules {
    /// The values belong to the engine: they go before it does.
    pub(crate) fn clear(&mut self) {
        self.files.clear();
        self.provided.clear();
    }
}

/// Both ends of the engine's linking.
#[derive(Clone)]
pub(crate) struct Linker(pub(crate) Rc<RefCell<EsModules>>);

impl Resolver for Linker {
    fn resolve<'js>(
        &mut self,
        _: &Ctx<'js>,
        base: &str,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<String> {
        let modules = self.0.borrow();
        if let Some(target) = modules.files.get(base).and_then(|file| file.imports.get(name)) {
            return Ok(target.clone());
        }
        // The first file is imported by its path, from nowhere.
        if modules.files.contains_key(name) {
            return Ok(name.to_owned());
        }
        Err(Error::new_resolving(base, name))
    }
}

impl Loader for Linker {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<Module<'js, Declared>> {
        let modules = self.0.borrow();
        if let Some(file) = modules.files.get(name) {
            return Module::declare(ctx.clone(), name, file.text.as_str());
        }
        let provided = modules
            .provided
            .get(name)
            .ok_or_else(|| Error::new_loading(name))?;
        let module = Module::declare(ctx.clone(), name, wrapper(&provided.names))?;
        module
            .meta()?
            .set("value", provided.value.clone().restore(ctx)?)?;
        Ok(module)
    }
}

/// An ES module that exports the members of `import.meta.value`, and all of it as its default.
fn wrapper(names: &[String]) -> String {
    let mut text = String::from("const value = import.meta.value;\nexport default value.default ?? value;\n");
    for (at, name) in names.iter().enumerate() {
        // `delete` is a member, and no name for a constant.
        text.push_str(&format!(
            "const v{at} = value.{name}; export {{ v{at} as {name} }};\n"
        ));
    }
    text
}

pub(crate) fn natives<'js>(
    ctx: &Ctx<'js>,
    native: &Object<'js>,
    modules: &Rc<RefCell<EsModules>>,
) -> rquickjs::Result<()> {
    let known = Rc::clone(modules);
    let declare = move |path: String, text: String, imports: HashMap<String, String>| {
        known.borrow_mut().files.insert(path, File { text, imports });
    };
    native.set("declare", Function::new(ctx.clone(), declare)?)?;

    let known = Rc::clone(modules);
    let provide = move |ctx: Ctx<'js>, name: String, value: Value<'js>, names: Vec<String>| {
        let value = Persistent::save(&ctx, value);
        known
            .borrow_mut()
            .provided
            .insert(name, Provided { value, names });
    };
    native.set("provide", Function::new(ctx.clone(), provide)?)?;

    let import = |ctx: Ctx<'js>, path: String| -> rquickjs::Result<Value<'js>> {
        match Module::import(&ctx, path.as_str())?.finish() {
            // A module waits at its top for what does not come.
            Err(Error::WouldBlock) => Err(Exception::throw_type(
                &ctx,
                &format!("{path} awaits a promise that nobody settles"),
            )),
            other => other,
        }
    };
    native.set("importModule", Function::new(ctx.clone(), import)?)?;

    let compile = |ctx: Ctx<'js>, path: String, text: String| Module::declare(ctx, path, text).map(drop);
    native.set("compileModule", Function::new(ctx.clone(), compile)?)?;

    let is_script = |ctx: Ctx<'js>, text: String| {
        let compiled = function(&ctx, "define, require", &text, "N/loader").is_ok();
        if !compiled {
            ctx.catch();
        }
        compiled
    };
    native.set("isScript", Function::new(ctx.clone(), is_script)?)
}
