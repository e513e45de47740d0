// Keeps the newest message visible for a reader at the end; of one that is taller than the list,
// its beginning. Readers further up are not moved: they get a button that leads down to new
// messages.

const NEAR = 60; // pixels from the end that still count as being there

export function stickToEnd(list, button) {
  let atEnd = true;
  let before = 0;
  let begun; // the tall message whose beginning was shown
  const begin = (last) => {
    begun = last.dataset.key;
    list.scrollTop += last.getBoundingClientRect().top - list.getBoundingClientRect().top;
    before = list.scrollTop;
    atEnd = false;
  };
  const follow = () => {
    if (!atEnd) return;
    button.hidden = true;
    const last = list.lastElementChild;
    const isTall = last && last.offsetHeight > list.clientHeight;
    if (isTall && last.dataset.key !== begun) begin(last);
    else list.scrollTop = list.scrollHeight;
  };
  const look = () => {
    const near = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
    atEnd = near || (atEnd && list.scrollTop >= before); // growth is no reason to stay behind
    before = list.scrollTop;
    if (atEnd) button.hidden = true;
  };
  list.addEventListener("scroll", look);
  list.addEventListener("loadedmetadata", follow, true); // films and pictures that grew
  list.addEventListener("load", follow, true);
  new ResizeObserver(follow).observe(list);
  return {
    follow,
    jump: () => {
      atEnd = true;
      begun = undefined;
      follow();
    },
    // The next drawing shows the newest message, wherever the reader is.
    await: () => (atEnd = true),
    // The reader moves on purpose, if the place is elsewhere.
    leave: () => {
      atEnd = false;
      requestAnimationFrame(look);
    },
    // A new message arrived below.
    more: () => (button.hidden = atEnd),
  };
}
