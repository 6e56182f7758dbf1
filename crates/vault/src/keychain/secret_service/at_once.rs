//! One secret for a process that ends right after: in as few calls as can be.
//!
//! The store makes a connection of its own and agrees on a key with the service, so that what is
//! read goes encrypted over the bus. That takes longer than everything else together, and protects
//! from nobody: the bus is a socket that only this person's processes reach, and each of them can
//! ask the service itself. It is left out here. Whatever is not as simple as one unlocked item is
//! left to the store, which also knows what each failure means.

use std::collections::HashMap;
use std::time::Duration;

use registrar_registry::Secret;
use zbus::blocking::{Connection, connection};
use zbus::message::Message;
use zbus::zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Value};

use super::bus::{ITEM_INTERFACE, SERVICE_INTERFACE, SERVICE_NAME, SERVICE_PATH};

/// How long each call may take; a service that is slower than that is asked by the store.
const CALL_LIMIT: Duration = Duration::from_secs(5);

/// A secret as the service gives it: session, parameters, value, content type.
type Given = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

/// What is kept for `account` under `service`; `None` where the store has to look.
pub(super) fn read(service: &str, account: &str) -> zbus::Result<Option<Secret>> {
    let bus = connection::Builder::session()?
        .method_timeout(CALL_LIMIT)
        .build()?;
    let wanted = HashMap::from([("service", service), ("username", account)]);
    let found = ask(
        &bus,
        SERVICE_PATH,
        SERVICE_INTERFACE,
        "SearchItems",
        &(wanted,),
    )?;
    let (unlocked, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
        found.body().deserialize()?;
    let ([item], []) = (&unlocked[..], &locked[..]) else {
        return Ok(None);
    };
    let plain = ("plain", Value::from(""));
    let opened = ask(&bus, SERVICE_PATH, SERVICE_INTERFACE, "OpenSession", &plain)?;
    let (_, session): (OwnedValue, OwnedObjectPath) = opened.body().deserialize()?;
    let got = ask(&bus, item.as_str(), ITEM_INTERFACE, "GetSecret", &session)?;
    let (_, _, kept, _): Given = got.body().deserialize()?;
    Ok(Some(Secret::new(kept)))
}

fn ask<B>(
    bus: &Connection,
    path: &str,
    interface: &str,
    method: &str,
    body: &B,
) -> zbus::Result<Message>
where
    B: zbus::export::serde::Serialize + DynamicType,
{
    bus.call_method(Some(SERVICE_NAME), path, Some(interface), method, body)
}
