/** Situations of the pages about images. */
import { Backend } from './backend';
import { containerRegistries } from './containers';
import type { PretendedImages } from './images';

const failure = {
  kind: 'rate_limited' as const,
  status: 429,
  redirectedTo: null,
  seconds: 90,
  atTokenServer: false,
  realm: null,
  said: null,
  hint: null,
  raw: 'HTTP status 429 Too Many Requests: pull rate limit reached',
};

function withImages(change: (images: PretendedImages) => void): () => Backend {
  return () => {
    const backend = new Backend(containerRegistries());
    change(backend.images);
    return backend;
  };
}

export const imageScenes: Record<string, () => Backend> = {
  images: withImages(() => undefined),
  'images-no-list': withImages((images) => {
    images.list = 'not_offered';
    images.isHub = true;
    images.remembered = ['library/nginx', 'grafana/grafana'];
    const source = '192.0.2.1';
    images.pulls = {
      known: true,
      limit: 100,
      left: 76,
      windowSeconds: 21_600,
      source,
      failure: null,
    };
  }),
  'images-not-allowed': withImages((images) => (images.list = 'not_allowed')),
  'images-failed': withImages((images) => (images.fails = failure)),
  'images-empty': withImages((images) => {
    images.repositories = [];
    images.tags = [];
  }),
  'images-slow': withImages((images) => (images.answerMillis = 400)),
  'images-missing': withImages((images) => (images.missing = ['9.9'])),
  'images-huge': withImages((images) => {
    images.repositories = Array.from({ length: 10_000 }, (_, at) => `team/service-${at}`);
    images.tags = Array.from({ length: 10_000 }, (_, at) => `1.${10_000 - at}.0`);
    images.more = true;
  }),
  'images-artifact': withImages((images) => {
    images.image = {
      ...images.image,
      platforms: [],
      digest: images.image.imageDigest,
      artifactType: 'application/vnd.cncf.helm.config.v1+json',
      created: null,
      config: null,
      history: [],
      referrers: [],
      secret: null,
    };
  }),
};
