import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QueryClient } from '@tanstack/react-query'
import { createClient } from '@zenops/client/client'
import { followSession } from './routing.ts'

const PAGE = ['things.listThings']

/** A surface whose server lets in whoever asks: the e-mail is the person, the password the version of the rights. */
function open() {
  const answer = (body: string): unknown => {
    const { email, password, tenant = 'house' } = JSON.parse(body)
    return {
      result: 'accepted',
      access_token: 'token',
      expires_in: 900,
      user: { id: email },
      tenant: { id: tenant },
      permission_version: Number(password),
    }
  }
  const client = createClient({
    aud: 'portal',
    channel: null,
    fetch: async (path, init) => {
      const body = init?.body
      const entering = path === '/v1/auth/login' && typeof body === 'string'
      return entering ? Response.json(answer(body)) : new Response(null, { status: 204 })
    },
  })
  const queryClient = new QueryClient()
  const drawn = { again: 0 }
  const router = {
    async invalidate() {
      drawn.again += 1
    },
  }
  followSession({ client, queryClient }, router)
  const enter = (person: string, rights: number, tenant?: string) =>
    client.session.signIn({ email: person, password: String(rights), ...(tenant === undefined ? {} : { tenant }) })
  return { client, queryClient, drawn, enter }
}

test('what one person has loaded is gone for the next in the same tab', async () => {
  const { queryClient, enter } = open()
  await enter('asha', 1)
  queryClient.setQueryData(PAGE, 'hers')
  await enter('asha', 1)
  assert.equal(queryClient.getQueryData(PAGE), 'hers')
  await enter('ravi', 1)
  assert.equal(queryClient.getQueryData(PAGE), undefined)
})

test('what one firm has shown is gone when the same person enters another', async () => {
  const { queryClient, enter } = open()
  await enter('asha', 1)
  queryClient.setQueryData(PAGE, 'of the house')
  await enter('asha', 1, 'second-firm')
  assert.equal(queryClient.getQueryData(PAGE), undefined)
})

test('new rights make what is shown stale, the same rights do not', async () => {
  const { queryClient, enter } = open()
  await enter('asha', 1)
  queryClient.setQueryData(PAGE, 'hers')
  await enter('asha', 1)
  assert.equal(queryClient.getQueryState(PAGE)?.isInvalidated, false)
  await enter('asha', 2)
  assert.equal(queryClient.getQueryState(PAGE)?.isInvalidated, true)
})

test('sign-out empties the cache and draws the route again', async () => {
  const { client, queryClient, drawn, enter } = open()
  await enter('asha', 1)
  queryClient.setQueryData(PAGE, 'hers')
  await client.session.signOut()
  assert.equal(queryClient.getQueryData(PAGE), undefined)
  assert.equal(drawn.again, 1)
})
