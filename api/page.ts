/** A page of a list: the services mark the last one with an empty token, REST with null. */
export function page<Item>(items: readonly Item[], nextPageToken: string) {
  return { items: [...items], nextPageToken: nextPageToken === '' ? null : nextPageToken };
}
