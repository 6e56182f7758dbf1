//! From the devfile crate's words to the wire's.

use registrar_devfile as devfile;

use crate::wire::{
    CommandFacts, CommandGroup, ComponentFacts, DeploymentScope, DevfileCommand, DevfileComponent,
    DevfileEndpoint, DevfileEvent, DevfileSummary, GitSource, StackKind, StackVersion,
    StarterProject,
};

pub(super) fn kind_of(kind: StackKind) -> devfile::EntryKind {
    match kind {
        StackKind::Stack => devfile::EntryKind::Stack,
        StackKind::Sample => devfile::EntryKind::Sample,
    }
}

pub(super) fn kind_to(kind: devfile::EntryKind) -> StackKind {
    match kind {
        devfile::EntryKind::Stack => StackKind::Stack,
        devfile::EntryKind::Sample => StackKind::Sample,
    }
}

/// At most `most` characters, with a mark where there was more.
pub(super) fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// The repository that a sample comes from: the remote that it names, else `origin`, else the
/// first, else the one address that old registries give.
pub(super) fn git(git: &devfile::Git) -> Option<GitSource> {
    let wanted = git.remote_name.as_deref().unwrap_or("origin");
    let named = git.remotes.iter().find(|(name, _)| name == wanted);
    let remote = named
        .or_else(|| git.remotes.first())
        .map(|(_, address)| address);
    Some(GitSource {
        address: remote.or(git.url.as_ref())?.clone(),
        revision: git.revision.clone(),
        folder: git.sub_dir.clone(),
    })
}

pub(super) fn version(version: &devfile::Version, only: bool) -> StackVersion {
    StackVersion {
        version: version.version.clone(),
        schema_version: version.schema_version.clone(),
        is_default: version.is_default || only,
        description: version.description.clone(),
        tags: version.tags.clone(),
        architectures: version.architectures.clone(),
        groups: groups(version.command_groups),
        scopes: scopes(version.deployment_scopes),
        resources: version.resources.clone(),
        starter_projects: version.starter_projects.clone(),
        git: version.git.as_ref().and_then(git),
        last_modified: version.last_modified.clone(),
        has_files: version.link.is_some() && !version.version.is_empty(),
    }
}

fn groups(groups: devfile::CommandGroups) -> Vec<CommandGroup> {
    [
        (groups.build, CommandGroup::Build),
        (groups.run, CommandGroup::Run),
        (groups.test, CommandGroup::Test),
        (groups.debug, CommandGroup::Debug),
        (groups.deploy, CommandGroup::Deploy),
    ]
    .into_iter()
    .filter_map(|(there, group)| there.then_some(group))
    .collect()
}

fn scopes(scopes: devfile::DeploymentScopes) -> Vec<DeploymentScope> {
    [
        (scopes.innerloop, DeploymentScope::Innerloop),
        (scopes.outerloop, DeploymentScope::Outerloop),
    ]
    .into_iter()
    .filter_map(|(there, scope)| there.then_some(scope))
    .collect()
}

pub(super) fn summary(summary: devfile::Summary) -> DevfileSummary {
    DevfileSummary {
        parent: summary.parent,
        components: summary.components.into_iter().map(component).collect(),
        commands: summary.commands.into_iter().map(command).collect(),
        events: summary
            .events
            .into_iter()
            .map(|devfile::Event { when, commands }| DevfileEvent { when, commands })
            .collect(),
        starter_projects: summary.starter_projects.into_iter().map(project).collect(),
    }
}

fn component(component: devfile::Component) -> DevfileComponent {
    use devfile::ComponentKind as Kind;
    let what = match component.kind {
        Kind::Container {
            image,
            memory_limit,
            cpu_limit,
            mounts_sources,
            command,
            environment,
            volumes,
        } => ComponentFacts::Container {
            image,
            memory_limit,
            cpu_limit,
            mounts_sources,
            command,
            environment,
            volumes,
        },
        Kind::Image { image, dockerfile } => ComponentFacts::Image { image, dockerfile },
        Kind::Manifests { openshift, uri } => ComponentFacts::Manifests { openshift, uri },
        Kind::Volume { size, ephemeral } => ComponentFacts::Volume { size, ephemeral },
        Kind::Other(what) => ComponentFacts::Other { what },
    };
    DevfileComponent {
        name: component.name,
        what,
        endpoints: component.endpoints.into_iter().map(endpoint).collect(),
    }
}

fn endpoint(endpoint: devfile::Endpoint) -> DevfileEndpoint {
    DevfileEndpoint {
        name: endpoint.name,
        port: endpoint.port,
        exposure: endpoint.exposure,
        protocol: endpoint.protocol,
        path: endpoint.path,
    }
}

fn command(command: devfile::Command) -> DevfileCommand {
    use devfile::CommandKind as Kind;
    DevfileCommand {
        id: command.id,
        label: command.label,
        group: command.group,
        is_default: command.is_default,
        what: match command.kind {
            Kind::Exec {
                component,
                line,
                folder,
                hot_reload,
            } => CommandFacts::Exec {
                component,
                line,
                folder,
                hot_reload,
            },
            Kind::Apply { component } => CommandFacts::Apply { component },
            Kind::Composite { commands, parallel } => {
                CommandFacts::Composite { commands, parallel }
            }
            Kind::Other(what) => CommandFacts::Other { what },
        },
    }
}

fn project(project: devfile::Project) -> StarterProject {
    StarterProject {
        name: project.name,
        description: project.description,
        location: project.location,
        is_git: project.is_git,
        revision: project.revision,
        folder: project.folder,
    }
}
