// Keeps the newest message in sight for a reader who is at the end, and leaves all others alone.

const NEAR = 60; // pixels from the end that still count as being there

export function stickToEnd(list) {
  let atEnd = true;
  let before = 0;
  const follow = () => atEnd && (list.scrollTop = list.scrollHeight);
  list.addEventListener("scroll", () => {
    const near = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
    atEnd = near || (atEnd && list.scrollTop >= before); // growth is no reason to stay behind
    before = list.scrollTop;
  });
  list.addEventListener("loadedmetadata", follow, true); // films and pictures that grew
  list.addEventListener("load", follow, true);
  new ResizeObserver(follow).observe(list);
  return {
    follow,
    jump: () => {
      atEnd = true;
      follow();
    },
  };
}
