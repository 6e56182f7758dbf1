/** An image, as the shell would describe it. */
import type {
  CheckFailure,
  ComparedImage,
  Comparison,
  ConfigFacts,
  ImageFacts,
  LayerRow,
  RawManifest,
} from '../bindings';
import { before } from './data';

/** A digest that begins with something to tell it by. */
export const digestOf = (name: string) =>
  `sha256:${[...name].map((c) => c.charCodeAt(0).toString(16)).join('')}`.padEnd(71, '0');

const layer = (size: number, createdBy: string): LayerRow => ({
  digest: digestOf(createdBy),
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  size,
  createdBy,
});

const LAYERS = [
  layer(
    29_126_484,
    '/bin/sh -c #(nop) ADD file:4b1be1de1a1e5aa608c688cad2824587262081866180d7368feb5bc2e6b3e1a5 in /',
  ),
  layer(
    41_883_120,
    'RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends nginx',
  ),
  layer(628, 'COPY nginx.conf /etc/nginx/nginx.conf # buildkit'),
  layer(3_204_551, 'COPY dist /usr/share/nginx/html # buildkit'),
  layer(1_403, 'COPY docker-entrypoint.sh / # buildkit'),
];

const CONFIG: ConfigFacts = {
  platform: 'linux/amd64',
  author: '',
  entrypoint: ['/docker-entrypoint.sh'],
  cmd: ['nginx', '-g', 'daemon off;'],
  env: [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'NGINX_VERSION=1.27.2',
  ],
  user: 'nginx',
  workingDir: '/srv',
  ports: ['443/tcp', '80/tcp'],
  volumes: ['/var/cache/nginx'],
  stopSignal: 'SIGQUIT',
  labels: [
    { name: 'org.opencontainers.image.source', value: 'https://git.example.com/team/shop' },
    { name: 'org.opencontainers.image.version', value: '4.2.0' },
  ],
};

export const IMAGE: ImageFacts = {
  digest: digestOf('index'),
  mediaType: 'application/vnd.oci.image.index.v1+json',
  platforms: [
    { digest: digestOf('amd64'), name: 'linux/amd64', isImage: true },
    { digest: digestOf('arm64'), name: 'linux/arm64/v8', isImage: true },
    { digest: digestOf('att'), name: 'application/vnd.oci.image.manifest.v1+json', isImage: false },
  ],
  imageDigest: digestOf('amd64'),
  imageMediaType: 'application/vnd.oci.image.manifest.v1+json',
  artifactType: null,
  created: before(60 * 24 * 9),
  size: LAYERS.reduce((sum, { size }) => sum + size, 0),
  layers: LAYERS,
  config: CONFIG,
  history: [
    ...LAYERS.map(({ createdBy, size }) => ({
      created: before(60 * 24 * 9),
      createdBy,
      comment: createdBy.includes('buildkit') ? 'buildkit.dockerfile.v0' : '',
      size,
    })),
    { created: before(60 * 24 * 9), createdBy: 'CMD ["nginx"]', comment: '', size: null },
  ],
  annotations: [],
  referrers: [
    {
      digest: digestOf('signature'),
      kind: 'signature',
      artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
      source: 'api',
      size: 701,
      created: null,
    },
    {
      digest: digestOf('sbom'),
      kind: 'sbom',
      artifactType: 'application/spdx+json',
      source: 'api',
      size: 48_213,
      created: null,
    },
    {
      digest: digestOf('att'),
      kind: 'attestation',
      artifactType: 'attestation-manifest',
      source: 'index',
      size: 840,
      created: null,
    },
  ],
  moreReferrers: false,
  referrersFailure: null,
  commands: [
    { tool: 'docker', command: 'docker pull registry.example.com/team/shop:4.2.0' },
    { tool: 'podman', command: 'podman pull registry.example.com/team/shop:4.2.0' },
    {
      tool: 'skopeo',
      command: 'skopeo copy docker://registry.example.com/team/shop:4.2.0 oci:shop',
    },
  ],
  secret: {
    name: 'pull-registry-example-com',
    preview: `apiVersion: v1
kind: Secret
metadata:
  name: pull-registry-example-com
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: ••••••••
`,
  },
};

const manifest = {
  schemaVersion: 2,
  mediaType: IMAGE.imageMediaType,
  config: {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestOf('c'),
    size: 7023,
  },
  layers: LAYERS.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
};

export const MANIFEST: RawManifest = {
  text: JSON.stringify(manifest),
  digest: IMAGE.imageDigest,
  mediaType: IMAGE.imageMediaType,
  failure: null,
};

const side = (name: string, size: number, layers: number): ComparedImage => ({
  digest: digestOf(name),
  platforms: ['linux/amd64', 'linux/arm64/v8'].map((platform, at) => ({
    digest: digestOf(at === 0 ? name : `${name} ${platform}`),
    name: platform,
    isImage: true,
  })),
  platform: 'linux/amd64',
  created: before(60 * 24 * 9),
  layers,
  size,
});

export const LEFT = side('left', 73_900_120, 3);
export const RIGHT = side('right', IMAGE.size, 5);

export const NOT_FOUND: CheckFailure = {
  kind: 'not_found',
  status: 404,
  redirectedTo: null,
  seconds: null,
  atTokenServer: false,
  realm: null,
  said: null,
  hint: null,
  raw: 'MANIFEST_UNKNOWN: manifest unknown',
};

export const COMPARISON: Comparison = {
  layers: [
    ...LAYERS.slice(0, 2).map((one) => ({ presence: 'both' as const, layer: one })),
    { presence: 'left', layer: layer(2_890_516, 'COPY dist /usr/share/nginx/html # buildkit') },
    ...LAYERS.slice(2).map((one) => ({ presence: 'right' as const, layer: one })),
  ],
  shared: 71_009_604,
  differences: [
    { part: 'user', name: '', left: null, right: 'nginx' },
    { part: 'env', name: 'NGINX_VERSION', left: '1.27.1', right: '1.27.2' },
    { part: 'label', name: 'org.opencontainers.image.version', left: '4.1.0', right: '4.2.0' },
  ],
};
