import type { Ecosystem } from '../bindings';
import { plural } from './plural';

export const packages = {
  title: 'Packages',
  /** In the singular: the list's page is called Packages, its rows are source registries. */
  ecosystem: {
    files: 'Files',
    javascript: 'JavaScript (npm)',
    python: 'Python (PyPI)',
  } satisfies Record<Ecosystem, string>,
  private: 'Private',
  public: 'Public',
  here: 'on this computer',
  tabs: 'Parts of the registry',
  tab: { packages: 'Packages', publish: 'Publish', settings: 'Settings' },
  add: 'New registry',
  count: (n: number) => plural(n, 'registry', 'registries'),
} as const;
