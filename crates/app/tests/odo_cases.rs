//! What odo's own tests demand of browsing, told of Registrar: `odo registry`, `odo init` from a
//! registry by name or from all of them, and a registry that is removed in between. What they demand
//! of its list of registries is in `odo.rs`.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use acceptance_support::devfile_registry::{DevfileRegistry, Mode};
use registrar_app::wire::*;
use support::{TestApp, draft, reference};

/// An application with a small registry, which is asked first, and the real one's contents after it.
struct Two {
    app: TestApp,
    ours: String,
    public: String,
    _servers: [DevfileRegistry; 2],
}

async fn two() -> Two {
    let mode = Mode::Own("ours".to_owned());
    let servers = [
        DevfileRegistry::builder().mode(mode).start(),
        DevfileRegistry::start(),
    ];
    let app = TestApp::with_catalog("version = 1\n").await;
    let mut ids = Vec::new();
    for (name, server) in ["Ours", "Public"].into_iter().zip(&servers) {
        let draft = RegistryDraft {
            allow_http: true,
            ..draft(name, &server.url())
        };
        ids.push(app.add(draft).await.unwrap().row.id);
    }
    let load = LoadStacks {
        refresh: Refresh::All,
        operation: "load".to_owned(),
    };
    app.app.load_stacks(load).await.unwrap();
    let [ours, public] = ids.try_into().unwrap();
    Two {
        app,
        ours,
        public,
        _servers: servers,
    }
}

impl Two {
    /// The names that a query finds.
    async fn find(&self, change: impl FnOnce(&mut StackQuery)) -> Vec<String> {
        let mut query = StackQuery {
            text: String::new(),
            kind: Some(StackKind::Stack),
            registries: Vec::new(),
            languages: Vec::new(),
            project_types: Vec::new(),
            providers: Vec::new(),
            tags: Vec::new(),
            architectures: Vec::new(),
            groups: Vec::new(),
            scopes: Vec::new(),
            deprecated: DeprecatedChoice::Include,
            order: StackOrder::Priority,
        };
        change(&mut query);
        let request = FindStacks {
            query,
            offset: 0,
            limit: 1000,
        };
        let page = self.app.app.find_stacks(request).await.unwrap();
        page.rows.into_iter().map(|row| row.name).collect()
    }

    async fn stack(&self, registry: &str, name: &str) -> Result<StackDetails, CommandError> {
        let stack = StackRef {
            registry: registry.to_owned(),
            kind: StackKind::Stack,
            name: name.to_owned(),
        };
        self.app.app.get_stack(stack).await
    }

    /// Saves a devfile into a new folder, which stays away where it cannot be had.
    async fn save(&self, registry: &str, name: &str) -> Result<String, Code> {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("project");
        let request = SaveStack {
            registry: registry.to_owned(),
            name: name.to_owned(),
            version: String::new(),
            what: SaveWhat::Devfile,
            folder: folder.display().to_string(),
            operation: "save".to_owned(),
        };
        let outcome = self.app.app.save_stack(request).await;
        let file = std::fs::read_to_string(folder.join("devfile.yaml"));
        match outcome {
            Ok(_) => Ok(file.unwrap()),
            Err(error) => {
                assert!(!folder.exists(), "{error:?}");
                Err(error.code)
            }
        }
    }
}

/// `odo registry --details --devfile nodejs`, and the same of java-openliberty.
#[tokio::test(flavor = "multi_thread")]
async fn the_details_of_a_stack_are_those_that_odo_shows() {
    let two = two().await;
    let nodejs = two.stack(&two.public, "nodejs").await.unwrap();
    let StackRow {
        title,
        language,
        project_type,
        ..
    } = &nodejs.row;
    assert_eq!(
        [title, language, project_type, &nodejs.description],
        [
            "Node.js Runtime",
            "JavaScript",
            "Node.js",
            "Node.js application"
        ]
    );
    assert!(nodejs.architectures.is_empty(), "it runs everywhere");
    let defaults: Vec<_> = nodejs.versions.iter().filter(|v| v.is_default).collect();
    assert_eq!(defaults.len(), 1);
    assert_eq!(defaults[0].version, nodejs.row.version);
    assert!(defaults[0].groups.contains(&CommandGroup::Run));
    assert!(!defaults[0].groups.contains(&CommandGroup::Deploy));

    let devfile = DevfileRef {
        registry: two.public.clone(),
        name: "nodejs".to_owned(),
        version: nodejs.row.version.clone(),
        refresh: false,
    };
    let devfile = two.app.app.get_devfile(devfile).await.unwrap();
    assert!(devfile.text.unwrap().contains("name: nodejs"));
    assert!(devfile.summary.is_some());

    let liberty = two.stack(&two.public, "java-openliberty").await.unwrap();
    assert_eq!(liberty.architectures, ["amd64", "ppc64le", "s390x"]);
}

/// `odo registry` with `--filter` and `--devfile-registry`.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_narrowed_as_odo_narrows_it() {
    let two = two().await;
    let by_description = two
        .find(|query| query.text = "using the Open Liberty runtime".to_owned())
        .await;
    assert!(by_description.contains(&"java-openliberty".to_owned()));
    assert!(!by_description.contains(&"nodejs".to_owned()));
    let on_s390x = two
        .find(|query| query.architectures = vec!["s390x".to_owned()])
        .await;
    // What names no architecture runs on every one.
    for name in ["java-openliberty", "nodejs"] {
        assert!(on_s390x.contains(&name.to_owned()), "{name}");
    }
    let on_arm = two
        .find(|query| query.architectures = vec!["arm64".to_owned()])
        .await;
    assert!(!on_arm.contains(&"java-openliberty".to_owned()));
    let nothing = two
        .find(|query| query.text = "a-filter-that-matches-nothing".to_owned())
        .await;
    assert_eq!(nothing, [""; 0]);
    let one_of_one = two
        .find(|query| {
            query.registries = vec![two.public.clone()];
            query.text = "nodejs-react".to_owned();
        })
        .await;
    assert_eq!(one_of_one, ["nodejs-react"]);
}

/// `odo init --devfile-registry`, and `odo init` without it.
#[tokio::test(flavor = "multi_thread")]
async fn a_devfile_comes_from_the_registry_that_has_it() {
    let two = two().await;
    let nodejs = two.save(&two.public, "nodejs").await.unwrap();
    assert!(nodejs.contains("name: nodejs"));
    // Of one registry by its name: what only another has is not there.
    assert_eq!(
        two.stack(&two.ours, "nodejs").await.unwrap_err().code,
        Code::NotFound
    );
    // Of all: what the first has not is found in the second, and what none has, nowhere.
    let found = two
        .find(|query| query.text = "nodejs-react".to_owned())
        .await;
    assert_eq!(found, ["nodejs-react"]);
    for registry in [&two.ours, &two.public] {
        assert_eq!(two.save(registry, "fake").await, Err(Code::NotFound));
    }
}

/// A registry that was removed, or never there, gives nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_removed_registry_gives_nothing_any_more() {
    let two = two().await;
    two.app.delete(&two.public).await.unwrap();
    let nobody = "01935a00-0000-7000-8000-00000000dead".to_owned();
    for registry in [&two.public, &nobody] {
        let error = two.stack(registry, "nodejs").await.unwrap_err();
        assert_eq!(error.code, Code::NotFound);
        assert_eq!(two.save(registry, "nodejs").await, Err(Code::NotFound));
        let found = two
            .find(|query| query.registries = vec![registry.clone()])
            .await;
        assert_eq!(found, [""; 0]);
    }
    let left = two.find(|_| ()).await;
    assert!(!left.contains(&"nodejs".to_owned()));
    assert_eq!(left.len(), 4, "{left:?}");
    // It comes back with the registry.
    let public = reference(&two.public);
    two.app.app.undo_delete(public).await.unwrap();
    two.save(&two.public, "nodejs").await.unwrap();
}
