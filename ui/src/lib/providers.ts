/** The providers of container registries: their order, their glyphs, and what a preset fills in. */
import type { Provider } from '../bindings';

interface Preset {
  /** The address, where all its registries have the same. */
  address: string;
  /** The user, where everybody has the same. */
  user: string;
  /** Whether its secret has several lines. */
  severalLines: boolean;
  /** Which tint its tile has. */
  tint: number;
  /** A glyph of our own, drawn like the icons: no provider's logo. */
  glyph: string;
}

const NOTHING = { address: '', user: '', severalLines: false };

/** In the order in which they are offered. */
export const presets: Record<Provider, Preset> = {
  docker_hub: {
    ...NOTHING,
    address: 'docker.io',
    tint: 1,
    glyph:
      'M3 10.500h4.500V15H3zM7.750 10.500h4.500V15h-4.500zM12.500 10.500H17V15h-4.500zM5.400 5.500h4.500V10H5.400zM10.150 5.500h4.500V10h-4.500z',
  },
  ghcr: {
    ...NOTHING,
    address: 'ghcr.io',
    tint: 2,
    glyph:
      'M6 7.500v5M6 7.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM6 16.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM14 7.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM14 7.500c0 3-2 3.500-4.500 4.200',
  },
  quay: {
    ...NOTHING,
    address: 'quay.io',
    tint: 5,
    glyph:
      'M10 6.500v10.500M10 6.500a1.750 1.750 0 1 0 0-3.500 1.750 1.750 0 0 0 0 3.500zM7 9.250h6M3.500 11.500c.4 3.300 2.900 5.500 6.500 5.500s6.100-2.200 6.500-5.500',
  },
  gitlab: {
    ...NOTHING,
    address: 'registry.gitlab.com',
    tint: 3,
    glyph:
      'M10 3v4M10 17v-4M10 7c-3.200 0-5 1.200-5 3s1.800 3 5 3M10 7c3.200 0 5 1.200 5 3s-1.800 3-5 3',
  },
  ecr: {
    ...NOTHING,
    user: 'AWS',
    tint: 3,
    glyph: 'M4 6.500h12v10H4zM4 6.500L6 3.500h8l2 3M10 3.500v6M8.250 9.500h3.500',
  },
  ecr_public: {
    ...NOTHING,
    address: 'public.ecr.aws',
    user: 'AWS',
    tint: 6,
    glyph:
      'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM3.200 10h13.600M10 3c2 2.100 2.900 4.400 2.900 7s-.9 4.900-2.900 7c-2-2.100-2.900-4.400-2.900-7s.9-4.900 2.900-7z',
  },
  google: {
    ...NOTHING,
    user: '_json_key',
    severalLines: true,
    tint: 4,
    glyph: 'M3.500 4h13v4h-13zM4.500 8v8.500h11V8M8 11.500h4',
  },
  acr: {
    ...NOTHING,
    tint: 1,
    glyph:
      'M6 15.500a3.500 3.500 0 0 1-.4-7 4.500 4.500 0 0 1 8.700-.3 3.700 3.700 0 0 1-.3 7.300z',
  },
  harbor: {
    ...NOTHING,
    tint: 6,
    glyph:
      'M3 7.500c1.200-1.300 2.300-1.300 3.500 0s2.300 1.300 3.500 0 2.300-1.300 3.500 0 2.300 1.300 3.500 0M3 12.500c1.200-1.300 2.300-1.300 3.500 0s2.300 1.300 3.500 0 2.300-1.300 3.500 0 2.300 1.300 3.500 0',
  },
  jfrog: {
    ...NOTHING,
    tint: 4,
    glyph:
      'M6.250 7a3 3 0 1 0 0 6C9.500 13 10.500 7 13.750 7a3 3 0 1 1 0 6C10.500 13 9.500 7 6.250 7z',
  },
  gitea: {
    ...NOTHING,
    tint: 4,
    glyph: 'M3.500 9.500L10 4l6.500 5.500M5.500 8v8.500h9V8M10 16.500v-4',
  },
  digital_ocean: {
    ...NOTHING,
    address: 'registry.digitalocean.com',
    tint: 1,
    glyph: 'M10 3c3 3.500 4.800 6 4.800 8.700a4.800 4.800 0 0 1-9.600 0C5.200 9 7 6.500 10 3z',
  },
  generic: {
    ...NOTHING,
    tint: 2,
    glyph:
      'M10 2.800l6.500 3.600v7.200L10 17.200l-6.500-3.600V6.400zM3.500 6.400L10 10l6.500-3.600M10 10v7.200',
  },
};

/** All providers, in the order in which they are offered. */
export const PROVIDERS = Object.keys(presets) as Provider[];
