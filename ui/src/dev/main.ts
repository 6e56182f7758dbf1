/** The window in a browser, with a shell that is only pretended. */
import { scenes } from './scenes';

const wanted = new URLSearchParams(location.search);
const backend = (scenes[wanted.get('scene') ?? 'list'] ?? scenes['list'])?.();
if (backend) {
  const theme = wanted.get('theme');
  if (theme === 'light' || theme === 'dark') {
    backend.settings.theme = theme;
    localStorage.setItem('registrar.theme', theme);
  }
  backend.stepMillis = Number(wanted.get('pace') ?? 250);
  backend.hosting.stepMillis ||= backend.stepMillis;
  backend.tools.moveMillis ||= backend.stepMillis * 3;
  Object.assign(window, { backend: backend.install() });
}
await import('../main');
