//! From a document of any shape to the summary.

use registrar_net::clean;
use serde_json::Value;

use super::model::{
    Command, CommandKind, Component, ComponentKind, Endpoint, Event, Project, Summary,
};

const MAX_LIST: usize = 500;
const MAX_NAME: usize = 300;
const MAX_TEXT: usize = 4000;
const EVENTS: [&str; 4] = ["preStart", "postStart", "preStop", "postStop"];

pub(super) fn summary(document: &Value) -> Summary {
    Summary {
        schema_version: text(document, "schemaVersion"),
        name: text(&document["metadata"], "name"),
        parent: parent(&document["parent"]),
        components: list(document, "components").filter_map(component).collect(),
        commands: list(document, "commands").map(command).collect(),
        events: events(&document["events"]),
        starter_projects: list(document, "starterProjects").map(project).collect(),
    }
}

fn parent(parent: &Value) -> Option<String> {
    let (uri, id) = (text(parent, "uri"), text(parent, "id"));
    [uri, id].into_iter().find(|said| !said.is_empty())
}

fn component(value: &Value) -> Option<Component> {
    let (kind, inner) = first_object(value)?;
    Some(Component {
        name: text(value, "name"),
        kind: component_kind(kind, inner),
        endpoints: list(inner, "endpoints").map(endpoint).collect(),
    })
}

fn component_kind(kind: &str, inner: &Value) -> ComponentKind {
    match kind {
        "container" => ComponentKind::Container {
            image: text(inner, "image"),
            memory_limit: text(inner, "memoryLimit"),
            cpu_limit: text(inner, "cpuLimit"),
            mounts_sources: inner["mountSources"].as_bool().unwrap_or(true),
            command: words(inner, "command")
                .chain(words(inner, "args"))
                .collect::<Vec<_>>()
                .join(" "),
            environment: list(inner, "env").map(|env| text(env, "name")).collect(),
            volumes: list(inner, "volumeMounts")
                .map(|mount| text(mount, "name"))
                .collect(),
        },
        "image" => ComponentKind::Image {
            image: text(inner, "imageName"),
            dockerfile: text(&inner["dockerfile"], "uri"),
        },
        "kubernetes" | "openshift" => ComponentKind::Manifests {
            openshift: kind == "openshift",
            uri: text(inner, "uri"),
        },
        "volume" => ComponentKind::Volume {
            size: text(inner, "size"),
            ephemeral: inner["ephemeral"].as_bool().unwrap_or_default(),
        },
        other => ComponentKind::Other(clean(other, MAX_NAME)),
    }
}

fn endpoint(value: &Value) -> Endpoint {
    let or = |said: String, default: &str| {
        if said.is_empty() {
            default.to_owned()
        } else {
            said
        }
    };
    Endpoint {
        name: text(value, "name"),
        port: text(value, "targetPort"),
        // What the format's own rules take where nothing is said.
        exposure: or(text(value, "exposure"), "public"),
        protocol: or(text(value, "protocol"), "http"),
        path: text(value, "path"),
    }
}

fn command(value: &Value) -> Command {
    let (kind, inner) = first_object(value).unwrap_or(("", &Value::Null));
    let group = &inner["group"];
    Command {
        id: text(value, "id"),
        label: text(inner, "label"),
        group: text(group, "kind"),
        is_default: group["isDefault"].as_bool().unwrap_or_default(),
        kind: match kind {
            "exec" => CommandKind::Exec {
                component: text(inner, "component"),
                line: lines(inner, "commandLine"),
                folder: text(inner, "workingDir"),
                hot_reload: inner["hotReloadCapable"].as_bool().unwrap_or_default(),
            },
            "apply" => CommandKind::Apply {
                component: text(inner, "component"),
            },
            "composite" => CommandKind::Composite {
                commands: words(inner, "commands").collect(),
                parallel: inner["parallel"].as_bool().unwrap_or_default(),
            },
            other => CommandKind::Other(clean(other, MAX_NAME)),
        },
    }
}

fn events(value: &Value) -> Vec<Event> {
    let event = |when: &&str| Event {
        when: (*when).to_owned(),
        commands: words(value, when).collect(),
    };
    let events = EVENTS.iter().map(event);
    events.filter(|event| !event.commands.is_empty()).collect()
}

fn project(value: &Value) -> Project {
    let git = &value["git"];
    let checkout = &git["checkoutFrom"];
    let remotes = git["remotes"].as_object();
    // The remote that is named, else `origin`, else the first.
    let remote = remotes.and_then(|remotes| {
        let named = remotes.get(&text(checkout, "remote"));
        named
            .or_else(|| remotes.get("origin"))
            .or_else(|| remotes.values().next())
    });
    let zip = text(&value["zip"], "location");
    let git_address = remote.map(scalar).unwrap_or_default();
    Project {
        name: text(value, "name"),
        description: text(value, "description"),
        is_git: !git_address.is_empty(),
        location: if git_address.is_empty() {
            zip
        } else {
            git_address
        },
        revision: text(checkout, "revision"),
        folder: text(value, "subDir"),
    }
}

/// The one key of an entry whose value is a mapping, which says what the entry is.
fn first_object(value: &Value) -> Option<(&str, &Value)> {
    let object = value.as_object()?;
    let known = |key: &str| !matches!(key, "attributes");
    let mut inner = object
        .iter()
        .filter(|(key, value)| value.is_object() && known(key));
    inner.next().map(|(key, value)| (key.as_str(), value))
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    let list = value[key].as_array();
    list.into_iter().flatten().take(MAX_LIST)
}

fn words(value: &Value, key: &str) -> impl Iterator<Item = String> {
    list(value, key).map(scalar)
}

fn text(value: &Value, key: &str) -> String {
    scalar(&value[key])
}

/// A text with its line breaks.
fn lines(value: &Value, key: &str) -> String {
    let said = value[key].as_str().unwrap_or_default();
    let short: String = said.trim_end().chars().take(MAX_TEXT).collect();
    let cleaned = short.lines().map(|line| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        format!("{}{}", " ".repeat(indent), clean(line, MAX_TEXT))
    });
    cleaned.collect::<Vec<_>>().join("\n")
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => clean(text, MAX_NAME),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}
