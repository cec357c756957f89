//! The variables that lead a program's calls here, and the files they name.

use std::ffi::OsStr;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use countersign_ca::{LocalCa, bundle, is_netsuite};
use countersign_world::environment;

use crate::failure::Failure;
use crate::folder::{TLS, World, private_file};

/// The files for programs are in a folder of their own, which can be shown to a container: the authority's key is not in
/// it.
const PUBLIC: &str = "public";
const CA: &str = "ca.pem";
const BUNDLE: &str = "bundle.pem";
const HOOK: &str = "hook.cjs";

/// Read by [`HOOK`].
pub(crate) const GATE: &str = "COUNTERSIGN_GATE";

/// Hosts that are always reached directly.
const DIRECT: &str = "localhost,127.0.0.1,::1";

/// Variables that name a file of authorities in place of the usual ones.
const BUNDLES: [&str; 3] = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"];
const NODE_AUTHORITIES: &str = "NODE_EXTRA_CA_CERTS";

/// OpenSSL looks there too, and some programs there alone.
pub(crate) const UNSET: &str = "SSL_CERT_DIR";

/// The way into the running accounts of a data folder.
pub(crate) struct WayIn {
    gate: SocketAddr,
    files: PathBuf,
}

/// What surrounds the program, and is kept where it can be.
struct Surroundings {
    no_proxy: Option<String>,
    node_options: Option<String>,
    node_authorities: bool,
}

impl WayIn {
    /// Writes the files that the variables name.
    pub(crate) fn open(data: &Path, gate: SocketAddr, world: &World) -> Result<Self, Failure> {
        let files = data.join(TLS).join(PUBLIC);
        let ca = LocalCa::open(&data.join(TLS), world.clock.now())?;
        let named = BUNDLES[..2].iter().copied().chain([NODE_AUTHORITIES]);
        let also: Vec<PathBuf> = named
            .filter_map(environment::variable)
            .map(PathBuf::from)
            .collect();
        // Attack: a path that depends on where the program stands is one that whoever owns that folder can plant a file at,
        // and the hook is run.
        let files = fs::create_dir_all(&files)
            .and_then(|()| fs::canonicalize(&files))
            .map_err(|error| Failure::system(format!("make {}", files.display()), &error))?;
        write(&files.join(CA), ca.pem())?;
        write(&files.join(BUNDLE), &bundle(&ca, &also))?;
        write(&files.join(HOOK), include_str!("way_in/hook.cjs"))?;
        Ok(Self {
            gate: reachable(gate),
            files,
        })
    }

    /// Where the files are.
    pub(crate) fn files(&self) -> &Path {
        &self.files
    }

    /// The variables for a program on this machine, beside what surrounds it.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let either = |name: &str| {
            environment::variable(name).or_else(|| environment::variable(&name.to_ascii_lowercase()))
        };
        let surroundings = Surroundings {
            no_proxy: either("NO_PROXY"),
            node_options: environment::variable("NODE_OPTIONS"),
            node_authorities: environment::variable(NODE_AUTHORITIES).is_some(),
        };
        self.within(&self.files, surroundings)
    }

    /// The variables for a program that sees the files in another folder, and has nothing around it.
    pub(crate) fn variables_elsewhere(&self, files: &Path) -> Vec<(&'static str, String)> {
        let nothing = Surroundings {
            no_proxy: None,
            node_options: None,
            node_authorities: false,
        };
        self.within(files, nothing)
    }

    fn within(&self, files: &Path, around: Surroundings) -> Vec<(&'static str, String)> {
        let file = |name: &str| files.join(name).to_string_lossy().into_owned();
        let proxy = format!("http://{}", self.gate);
        let no_proxy = no_proxy(around.no_proxy.as_deref());
        let hook = format!("--require={}", node_quoted(&file(HOOK)));
        let node_options = around
            .node_options
            .into_iter()
            .filter(|options| !options.contains(&hook));
        let node_options: Vec<String> = node_options.chain([hook.clone()]).collect();
        let node_authorities = if around.node_authorities { BUNDLE } else { CA };
        let mut variables = vec![
            ("HTTPS_PROXY", proxy.clone()),
            ("https_proxy", proxy),
            ("NO_PROXY", no_proxy.clone()),
            ("no_proxy", no_proxy),
        ];
        variables.extend(BUNDLES.map(|name| (name, file(BUNDLE))));
        variables.push((NODE_AUTHORITIES, file(node_authorities)));
        variables.push(("NODE_OPTIONS", node_options.join(" ")));
        variables.push((GATE, self.gate.to_string()));
        variables
    }
}

/// From this machine, a server that listens on every address is reached on its own.
fn reachable(gate: SocketAddr) -> SocketAddr {
    if gate.ip().is_unspecified() {
        return SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), gate.port());
    }
    gate
}

/// Whoever was called directly still is, but for NetSuite.
fn no_proxy(before: Option<&str>) -> String {
    let before = before.unwrap_or_default().split(',').map(str::trim);
    let kept = before.filter(|name| {
        let bare = name.trim_start_matches(['*', '.']);
        !bare.is_empty() && !is_netsuite(bare) && !"netsuite.com".ends_with(&format!(".{bare}"))
    });
    let kept = kept.filter(|name| !DIRECT.split(',').any(|known| known == *name));
    DIRECT.split(',').chain(kept).collect::<Vec<_>>().join(",")
}

/// As Node reads a word of NODE_OPTIONS.
fn node_quoted(path: &str) -> String {
    if path.contains([' ', '"', '\\']) {
        format!("\"{}\"", path.replace('\\', r"\\").replace('"', "\\\""))
    } else {
        path.to_owned()
    }
}

/// In one step: another program may be reading it.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let mut new = path.as_os_str().to_owned();
    new.push(OsStr::new(&format!(".{}", std::process::id())));
    let new = PathBuf::from(new);
    private_file()
        .create(true)
        .truncate(true)
        .open(&new)
        .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
        .and_then(|()| fs::set_permissions(&new, std::os::unix::fs::PermissionsExt::from_mode(0o644)))
        .and_then(|()| fs::rename(&new, path))
        .map_err(|error| Failure::system(format!("write {}", path.display()), &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way_in(gate: &str) -> WayIn {
        WayIn {
            gate: reachable(gate.parse().unwrap()),
            files: PathBuf::from("/data/tls/public"),
        }
    }

    fn of<'v>(variables: &'v [(&'static str, String)], name: &str) -> &'v str {
        let (_, value) = variables.iter().find(|(known, _)| *known == name).unwrap();
        value
    }

    #[test]
    fn what_surrounds_a_program_is_kept_but_for_ways_around_the_proxy() {
        let around = Surroundings {
            no_proxy: Some("db.internal, *, .netsuite.com,rest.netsuite.com,localhost,.com".to_owned()),
            node_options: Some("--max-old-space-size=512".to_owned()),
            node_authorities: true,
        };
        let way_in = way_in("0.0.0.0:8443");
        let variables = way_in.within(&way_in.files, around);
        assert_eq!(of(&variables, "HTTPS_PROXY"), "http://127.0.0.1:8443");
        assert_eq!(of(&variables, "no_proxy"), "localhost,127.0.0.1,::1,db.internal");
        assert_eq!(
            of(&variables, "NODE_OPTIONS"),
            "--max-old-space-size=512 --require=/data/tls/public/hook.cjs"
        );
        assert_eq!(of(&variables, NODE_AUTHORITIES), "/data/tls/public/bundle.pem");
        assert_eq!(of(&variables, GATE), "127.0.0.1:8443");
    }

    #[test]
    fn a_program_that_sees_the_files_elsewhere_is_told_that_place() {
        let variables = way_in("127.0.0.1:1").variables_elsewhere(Path::new("/my files"));
        assert_eq!(of(&variables, "SSL_CERT_FILE"), "/my files/bundle.pem");
        assert_eq!(of(&variables, "NODE_OPTIONS"), "--require=\"/my files/hook.cjs\"");
        assert_eq!(of(&variables, NODE_AUTHORITIES), "/my files/ca.pem");
    }
}
