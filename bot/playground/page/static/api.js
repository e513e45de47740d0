// The page's connection to its server: events come in, the person's acts go out.

const EVENTS = ["snapshot", "message", "gone", "bot"];

// Calls tell[event](payload) for everything this person may see. It reconnects by itself,
// and each connection starts with a snapshot, so nothing is missed.
export function listen(person, tell) {
  const stream = new EventSource(`/page/live?as=${encodeURIComponent(person)}`);
  for (const name of EVENTS) {
    stream.addEventListener(name, (event) => tell[name](JSON.parse(event.data)));
  }
  stream.addEventListener("error", () => tell.lost());
  return () => stream.close();
}

// The outcome; `unreached` if the page's server does not answer.
export async function act(verb, body) {
  try {
    const answer = await post(`/page/act/${verb}`, body);
    return await answer.json();
  } catch {
    return { outcome: "unreached" };
  }
}

// Needs no answer: every page is told about changes, and about a server that is gone.
export function control(name) {
  post(`/page/control/${name}`).catch(() => {});
}

function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
}
