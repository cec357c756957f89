//! Where clients come in: TCP addresses and Unix sockets.

use std::fmt;
use std::fs::Permissions;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::task::{Context, Poll};

use http::uri::Scheme;
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use crate::gate::Gate;

/// Who sent a request, as far as the socket tells. Every request has it as an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    Tcp(SocketAddr),
    /// Over TLS that ends here.
    Tls(SocketAddr),
    /// A process of the user that owns the socket file.
    Unix,
}

impl Peer {
    /// Nothing for a Unix socket. An IPv4 address mapped into IPv6 is given as IPv4.
    pub fn ip(self) -> Option<IpAddr> {
        match self {
            Self::Tcp(address) | Self::Tls(address) => Some(address.ip().to_canonical()),
            Self::Unix => None,
        }
    }

    /// What the connection itself was.
    pub(crate) fn scheme(self) -> Scheme {
        match self {
            Self::Tls(_) => Scheme::HTTPS,
            Self::Tcp(_) | Self::Unix => Scheme::HTTP,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    #[error("cannot listen on {address}: {source}")]
    Bind { address: String, source: io::Error },

    #[error("another process answers on the socket {}: stop it, or choose another path", path.display())]
    InUse { path: PathBuf },

    #[error("{} is there already and is not a socket, so it is left alone: choose another path", path.display())]
    NotASocket { path: PathBuf },
}

/// One bound socket. A Unix socket's file goes away with it.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    /// Through which all come who come here.
    gate: Option<Gate>,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener, SocketAddr),
    Unix(UnixListener, SocketFile),
}

#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    inode: u64,
}

pub(crate) enum Accepted {
    Tcp(TcpStream, SocketAddr),
    Gate(TcpStream, SocketAddr, Gate),
    Unix(UnixStream),
}

impl Listener {
    /// Port 0 lets the system choose: see [`address`](Self::address).
    pub async fn tcp(address: SocketAddr) -> Result<Self, ListenError> {
        let failed = |source| ListenError::Bind {
            address: address.to_string(),
            source,
        };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self {
            socket: Socket::Tcp(listener, address),
            gate: None,
        })
    }

    /// From now on for TLS: at once, or in a tunnel that the client asks for with `CONNECT`.
    #[must_use]
    pub fn through(self, gate: Gate) -> Self {
        Self {
            gate: Some(gate),
            ..self
        }
    }

    /// A socket file that only its owner can connect to. One left behind by a process that is gone is replaced.
    /// To be called on a tokio runtime.
    pub fn unix(path: &Path) -> Result<Self, ListenError> {
        let failed = |source| ListenError::Bind {
            address: path.display().to_string(),
            source,
        };
        if let Ok(metadata) = std::fs::symlink_metadata(path) {
            if !metadata.file_type().is_socket() {
                return Err(ListenError::NotASocket {
                    path: path.to_owned(),
                });
            }
            // Anything but "nobody listens" may be somebody: no permission, a full queue.
            match std::os::unix::net::UnixStream::connect(path) {
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                _ => {
                    return Err(ListenError::InUse {
                        path: path.to_owned(),
                    });
                }
            }
        }
        let cradle = Cradle::beside(path).map_err(failed)?;
        let new = cradle.socket();
        let listener = UnixListener::bind(&new).map_err(failed)?;
        let inode = private(&new).map_err(failed)?;
        std::fs::rename(&new, path).map_err(failed)?;
        let file = SocketFile {
            path: path.to_owned(),
            inode,
        };
        Ok(Self {
            socket: Socket::Unix(listener, file),
            gate: None,
        })
    }

    /// The bound address; nothing for a Unix socket.
    pub const fn address(&self) -> Option<SocketAddr> {
        match &self.socket {
            Socket::Tcp(_, address) => Some(*address),
            Socket::Unix(..) => None,
        }
    }

    pub(crate) const fn is_tcp(&self) -> bool {
        matches!(self.socket, Socket::Tcp(..))
    }

    pub(crate) fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<Accepted>> {
        match &self.socket {
            Socket::Tcp(listener, _) => listener
                .poll_accept(context)
                .map_ok(|(stream, address)| match &self.gate {
                    Some(gate) => Accepted::Gate(stream, address, gate.clone()),
                    None => Accepted::Tcp(stream, address),
                }),
            Socket::Unix(listener, _) => listener
                .poll_accept(context)
                .map_ok(|(stream, _)| Accepted::Unix(stream)),
        }
    }
}

/// For people: `http://127.0.0.1:8080`, `https://127.0.0.1:8443`, `unix:/run/countersign.sock`.
impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.socket {
            Socket::Tcp(_, address) if self.gate.is_some() => write!(f, "https://{address}"),
            Socket::Tcp(_, address) => write!(f, "http://{address}"),
            Socket::Unix(_, file) => write!(f, "unix:{}", file.path.display()),
        }
    }
}

/// A folder that only its owner can enter, in which a socket file is made; it is moved out when it is private itself.
///
/// Attack: between its making and its permissions a socket file is everybody's, where the umask lets it, and who is connected by then
/// stays so.
struct Cradle(PathBuf);

impl Cradle {
    fn beside(path: &Path) -> io::Result<Self> {
        let mut folder = path.as_os_str().to_owned();
        folder.push(format!(".{}", std::process::id()));
        let cradle = Self(PathBuf::from(folder));
        // One of a process that was killed, and had this number.
        cradle.remove();
        std::fs::DirBuilder::new().mode(0o700).create(&cradle.0)?;
        Ok(cradle)
    }

    fn socket(&self) -> PathBuf {
        self.0.join("s")
    }

    fn remove(&self) {
        // Nothing behind a link that somebody else put there.
        if std::fs::symlink_metadata(&self.0).is_ok_and(|found| found.is_dir()) {
            let _ = std::fs::remove_file(self.socket());
            let _ = std::fs::remove_dir(&self.0);
        }
    }
}

impl Drop for Cradle {
    fn drop(&mut self) {
        self.remove();
    }
}

fn private(socket: &Path) -> io::Result<u64> {
    std::fs::set_permissions(socket, Permissions::from_mode(0o600))?;
    Ok(std::fs::symlink_metadata(socket)?.ino())
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Only our own: another process may have taken over the path.
        if std::fs::symlink_metadata(&self.path).is_ok_and(|metadata| metadata.ino() == self.inode) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
