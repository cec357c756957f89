//! What pages share: the layout, the components, the CSRF-locked form, the assets. No route and no rule is in here.
//!
//! A page is HTML that works without a script; the script adds comfort. Nothing comes from elsewhere: one style sheet and
//! one script are embedded, under names that change with what they hold.

mod answer;
mod asset;
mod board;
mod button;
mod field;
mod form;
mod layout;
mod moment;
mod notice;
mod qr_code;
mod sentence;
mod session_cookie;
mod shown_once;
mod table;
mod tabs;

pub use answer::{Answer, Reach, page, redirect};
pub use asset::{ASSETS, Asset};
pub use board::{Board, Entry, board, sheet};
pub use button::{Tone, button, link_button};
pub use field::{Choice, Field, Select, TextArea, Tick, field_error, wrong_anchor};
pub use form::{Filled, Forged, Lock, is_of_another_site};
pub use layout::{Crumb, Frame, Menu, MenuGroup, MenuItem, Page, Person, bare, framed};
pub use maud::{Markup, PreEscaped, html};
pub use moment::{moment, moment_or};
pub use notice::{Notice, Weight, empty_state, facts, notices};
pub use qr_code::qr_code;
pub use sentence::sentence;
pub use session_cookie::{
    SESSION_COOKIE, cookie_called, session_cookie, set_cookie_called, set_session_cookie,
};
pub use shown_once::{ShownOnce, ShownValue, Written};
pub use table::{Cell, Column, Direction, Pager, Sort, Sorted, Table};
pub use tabs::tabs;
