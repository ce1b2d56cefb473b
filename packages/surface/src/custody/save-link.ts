/** Lets the browser itself fetch a file by its link, so that it can go on where a download broke. */
export function saveLink(url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.click()
}
