// The page's two lines to its server: what happens comes in, what the person does goes out.

const EVENTS = ["snapshot", "message", "gone", "bot"];

// Calls tell[event](payload) for all that this person may see; a lost line comes back by itself,
// and each connection starts with a snapshot, so nothing is missed.
export function listen(person, tell) {
  const stream = new EventSource(`/page/live?as=${encodeURIComponent(person)}`);
  for (const name of EVENTS) {
    stream.addEventListener(name, (event) => tell[name](JSON.parse(event.data)));
  }
  stream.addEventListener("error", () => tell.lost());
  return () => stream.close();
}

export async function act(verb, body) {
  const answer = await fetch(`/page/act/${verb}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.json();
}

export async function control(name) {
  await fetch(`/page/control/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
  });
}
