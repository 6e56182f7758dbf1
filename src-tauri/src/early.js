// Asks for the first picture while the page's own code is still being fetched and read: what it
// would ask first, in the same words. `ui/src/early.ts` takes the answers.
(() => {
  const answers = new Map();
  const ask = (command, request) => {
    const answer = window.__TAURI_INTERNALS__.invoke(command, { request });
    // Whoever takes the answer is told of a refusal; until then nobody misses it.
    answer.catch(() => {});
    answers.set(`${command} ${JSON.stringify(request)}`, answer);
    return answer;
  };
  const list = ask('list_registries', { offset: 0, limit: 50 });
  const details = list.then(({ rows }) => rows[0] && ask('get_registry', { id: rows[0].id }));
  const all = [ask('start', {}), ask('vault_status', {}), details];
  window.registrarEarly = { answers, all: Promise.allSettled(all) };
})();
