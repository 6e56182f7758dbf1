/** A devfile, and what the shell makes of it. */
import type { DevfileSummary } from '../bindings';

export const DEVFILE = `schemaVersion: 2.2.2
metadata:
  name: go
  displayName: Go Runtime
  tags:
    - Go
components:
  - name: runtime # where everything runs
    container:
      image: registry.example.com/ubi9/go-toolset:1.25
      args: ['tail', '-f', '/dev/null']
      memoryLimit: 1024Mi
      mountSources: true
      endpoints:
        - name: https-go
          protocol: https
          targetPort: 8080
commands:
  - id: run
    exec:
      component: runtime
      commandLine: |
        go mod download
        ./main
      workingDir: \${PROJECT_SOURCE}
      group:
        kind: run
        isDefault: true
`;

export const SUMMARY: DevfileSummary = {
  parent: null,
  components: [
    {
      name: 'build',
      what: { kind: 'image', image: 'go-image:latest', dockerfile: 'docker/Dockerfile' },
      endpoints: [],
    },
    {
      name: 'deploy',
      what: { kind: 'manifests', openshift: false, uri: 'kubernetes/deploy.yaml' },
      endpoints: [
        { name: 'http-8081', port: '8081', exposure: 'public', protocol: 'http', path: '' },
      ],
    },
    {
      name: 'runtime',
      what: {
        kind: 'container',
        image: 'registry.example.com/ubi9/go-toolset:1.25',
        memoryLimit: '1024Mi',
        cpuLimit: '',
        mountsSources: true,
        command: 'tail -f /dev/null',
        environment: ['DEBUG_PORT'],
        volumes: [],
      },
      endpoints: [
        { name: 'https-go', port: '8080', exposure: 'public', protocol: 'https', path: '' },
        { name: 'debug', port: '5858', exposure: 'none', protocol: 'http', path: '' },
      ],
    },
    { name: 'cache', what: { kind: 'volume', size: '1Gi', ephemeral: false }, endpoints: [] },
  ],
  commands: [
    {
      id: 'build-image',
      label: '',
      group: '',
      isDefault: false,
      what: { kind: 'apply', component: 'build' },
    },
    {
      id: 'deploy',
      label: '',
      group: 'deploy',
      isDefault: true,
      what: { kind: 'composite', commands: ['build-image', 'deployk8s'], parallel: false },
    },
    {
      id: 'run',
      label: '',
      group: 'run',
      isDefault: true,
      what: {
        kind: 'exec',
        component: 'runtime',
        line: 'go mod download\n./main',
        folder: '${PROJECT_SOURCE}',
        hotReload: false,
      },
    },
  ],
  events: [{ when: 'postStart', commands: ['run'] }],
  starterProjects: [
    {
      name: 'go-starter',
      description: 'A Go project with a simple HTTP server',
      location: 'https://git.example.com/go-starter.git',
      isGit: true,
      revision: 'v2.6.0',
      folder: '',
    },
  ],
};
