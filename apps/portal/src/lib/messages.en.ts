/** Texts of the frame and the pages of the portal. */
export const en = {
  app: 'Portal',
  not_found: 'Page not found',
  not_found_text: 'There is no page at this address. It may have been moved, or the link is incomplete.',
  to_start: 'Go to the start page',
  failed: 'This page could not be shown',
  refused: 'Access is not possible now',
  unreachable: 'ZenOps does not answer',
  requests: 'Your requests',
  none_title: 'No requests here yet',
  none_text:
    'Requests for valuations that you make with {firm} will stand here with their state: questions that wait for you first, then all others. Making a request on this page is not open yet; ask your contact at the firm until then.',
  you: 'You are signed in as',
  name: 'Name',
  email: 'E-mail',
  firm: 'Firm',
} as const
