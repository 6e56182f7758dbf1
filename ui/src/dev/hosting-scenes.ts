/** Situations of source registries to look at. */
import type { ReferrerRow } from '../bindings';
import { Backend } from './backend';
import { fewRegistries } from './data';
import { fewSources, manyPackages, source, stored, version, type Kept } from './hosting-data';
import { digestOf, IMAGE } from './images-data';

type Scene = () => Backend;

/** Source registries beside the usual others. */
export function hosting(kept: Kept[], change: (backend: Backend) => void = () => {}): Scene {
  return () => {
    const backend = new Backend(fewRegistries());
    backend.hosting.kept = kept;
    change(backend);
    return backend;
  };
}

const ECOSYSTEMS = ['javascript', 'python', 'files'] as const;

/** So many registries, and many packages in the first. */
function manySources(count: number): Kept[] {
  return Array.from({ length: count }, (_, at) => {
    const ecosystem = ECOSYSTEMS[at % 3] ?? 'files';
    const name = `Team ${String(at + 1).padStart(2, '0')} ${ecosystem}`;
    const packages = manyPackages(ecosystem, at === 0 ? 5_000 : (at * 7) % 40);
    return { details: source(name, ecosystem, { public: at % 4 === 1 }), packages };
  });
}

/** A registry with an image that has a tag, a signature and a list of its contents. */
function images(): Kept {
  const row = version(digestOf('app'), 60, 4_200_000, { tags: ['1.0'] });
  const belonging = [
    version(digestOf('app-sbom'), 50, 48_213, { referrer: 'sbom' }),
    version(digestOf('app-signature'), 55, 2_410, { referrer: 'signature' }),
  ];
  const types = ['application/spdx+json', 'application/vnd.dev.cosign.artifact.sig.v1+json'];
  const referrers = belonging.map<ReferrerRow>((one, at) => ({
    digest: one.version,
    kind: one.referrer ?? 'other',
    artifactType: types[at] ?? '',
    source: 'api',
    size: one.size,
    created: one.pushedAt,
  }));
  const app = stored('container', 'team/app', [row], { referrers, goingWith: 2 });
  const { versions } = stored('container', 'team/app', belonging, { subject: row });
  return {
    details: source('Team images', 'container'),
    packages: [{ ...app, versions: [...app.versions, ...versions] }],
  };
}

/** A registry with an image for several platforms, each of which is a version of its own. */
function platforms(): Kept {
  const row = version(IMAGE.digest, 60, 148_000_000, { tags: ['4.2.0', 'latest'] });
  const parts = IMAGE.platforms.map(({ digest }) => version(digest, 61, 74_000_000));
  const shop = stored('container', 'team/shop', [row], { goingWith: parts.length });
  const { versions } = stored('container', 'team/shop', parts, { partOf: row });
  return {
    details: source('Team images', 'container'),
    packages: [{ ...shop, versions: [...shop.versions, ...versions] }],
  };
}

/** A registry with a chart that brings a readme along. */
function charts(): Kept {
  const row = version(digestOf('chart'), 60, 9_310, { tags: ['1.2.0'] });
  const readme = { format: 'markdown', text: '# Cache\n\nKeeps things *near*.' } as const;
  const facts = [{ label: 'Chart version', value: '1.2.0', url: null }];
  return {
    details: source('Team charts', 'helm_oci'),
    packages: [stored('helm_oci', 'cache', [row], { readme, facts })],
  };
}

export const hostingScenes: Record<string, Scene> = {
  packages: () => hosting(fewSources())(),
  'packages-many': () => hosting(manySources(40))(),
  'packages-none': hosting([]),
  'packages-image': () => hosting([images()])(),
  'packages-platforms': () => hosting([platforms()])(),
  'packages-chart': () => hosting([charts()])(),
};
