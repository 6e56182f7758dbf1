/** Which page is shown, and which registry is selected. */
import type { ImageRef, Kind, Provider, StackKind } from '../bindings';

/** The form: to add a registry, or to edit one. */
export type FormView =
  | {
      name: 'form';
      id: null;
      kind: Kind;
      provider: Provider | null;
      /** The address to begin with. */
      url?: string;
      secret?: never;
    }
  /** `secret`: the person has come to enter it anew. */
  | { name: 'form'; id: string; secret?: boolean };

/** What a source registry's page shows. */
export type SourceTab = 'packages' | 'publish' | 'settings';

/** The parts of a source registry's settings. */
export type SourceSection = 'general' | 'tokens' | 'storage';

/** The page of a source registry. */
export interface SourceView {
  name: 'source';
  id: string;
  tab: SourceTab;
  /** Which of its settings; the general ones where absent. */
  section?: SourceSection;
}

/** A part of the application's settings that can be gone to. */
export type SettingsSection = 'hosting';

/** The page of a package, by its registry's id and its own name. */
export interface PackageView {
  name: 'package';
  source: string;
  package: string;
  /** The version that clients install where absent. */
  version: string | null;
}

export type View =
  /** Until it is known whether this is the first run. */
  | { name: 'starting' }
  | { name: 'registries' }
  /** What kind of registry to add. */
  | { name: 'add' }
  | FormView
  /** What devfile registries offer. */
  | { name: 'stacks' }
  /** One stack or sample of one registry. */
  | { name: 'stack'; registry: string; kind: StackKind; stack: string }
  /** What a container registry has: its repositories, a repository's tags, an image, two. */
  | { name: 'repositories'; registry: string }
  | { name: 'tags'; registry: string; repository: string }
  | { name: 'image'; image: ImageRef }
  | { name: 'compare'; left: ImageRef; right: ImageRef }
  /** The source registries that Registrar hosts. */
  | { name: 'packages' }
  | { name: 'source-new' }
  | SourceView
  | PackageView
  /** Images on their way. */
  | { name: 'transfers' }
  | { name: 'tools' }
  | { name: 'import' }
  /** Registries of somebody else's file. */
  | { name: 'import-file' }
  | { name: 'activity' }
  | { name: 'settings'; section?: SettingsSection }
  /** Sharing source registries on the network. */
  | { name: 'network' }
  /** What all source registries take on the disk. */
  | { name: 'storage' }
  /** The tokens of programs; `create`: the person has come to make one. */
  | { name: 'api-tokens'; create?: boolean }
  | { name: 'welcome' };

/** Asked before a page is left; `false` keeps it. */
type Guard = () => Promise<boolean>;

class Navigation {
  view = $state.raw<View>({ name: 'starting' });
  selected = $state<string | null>(null);
  /** In a narrow window: whether the details cover the list. */
  detailsOpen = $state(false);
  palette = $state(false);
  shortcuts = $state(false);
  /** Whether the question which credential an image would use is open. */
  which = $state(false);
  #guard: Guard | null = null;

  /** Goes to a page unless the present one must not be left; says whether it did. */
  async go(view: View): Promise<boolean> {
    if (this.#guard && !(await this.#guard())) return false;
    this.#guard = null;
    this.view = view;
    return true;
  }

  /** Goes to a page without asking: what the present one protects is no longer there. */
  leave(view: View): void {
    this.#guard = null;
    this.view = view;
  }

  /** Leaves `starting`: for the list, or for the welcome page on the first run. */
  begin(welcomed: boolean): void {
    if (!welcomed) this.view = { name: 'welcome' };
    else if (this.view.name === 'starting') this.view = { name: 'registries' };
  }

  /** Shows one registry in the list. */
  async show(id: string): Promise<void> {
    const before = this.selected;
    // Known before the list is shown, which gives the focus to its selected row.
    this.selected = id;
    if (await this.go({ name: 'registries' })) this.detailsOpen = true;
    else this.selected = before;
  }

  /** Protects the present page until the returned function is called. */
  guard(guard: Guard): () => void {
    this.#guard = guard;
    return () => {
      if (this.#guard === guard) this.#guard = null;
    };
  }
}

export const navigation = new Navigation();
