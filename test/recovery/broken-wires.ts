import { unwrap } from '../../api/client/index.ts';
import { startTcpProxy, type TcpProxy } from '../kit/tcp-proxy.ts';
import { until } from '../kit/until.ts';
import { newWords } from '../live-room/words.ts';
import { door, type InWorld, type World } from '../live-room/world.ts';
import { openShop } from '../rest-shop.ts';
import { type Follower, follow, say, upTo } from './follower.ts';
import { forgetBefore } from './retention.ts';

/** Wires that break in every way that wires do. Every message once and in order all the same. */
export function describeBrokenWires(inWorld: InWorld): void {
  describe('over a wire that breaks', () => {
    let world: World;
    let proxy: TcpProxy;
    let followers: Follower[] = [];
    beforeEach(async () => {
      world = { ...inWorld(), shop: await openShop(inWorld().onair) };
      proxy = await startTcpProxy(Number(new URL(door(world)).port));
      followers = [];
    });
    afterEach(async () => {
      await Promise.all(followers.map(({ live }) => live.close()));
      await proxy.stop();
    });

    /** Joins through the proxy, whichever process the room is in. */
    async function throughProxy(options: Parameters<typeof follow>[1] = {}): Promise<Follower> {
      const follower = await follow(world, {
        realtimeUrl: proxy.url,
        socketUrl: (url) => Object.assign(new URL(url), { host: new URL(proxy.url).host }).href,
        token: () => world.ann.accessToken,
        ...options,
      });
      followers.push(follower);
      return follower;
    }

    const reads = (follower: Follower, last: number) =>
      until(`message ${last} is read`, () => follower.live.lastSeq === last);

    it('a cut: it is back in its seat and reads on', async () => {
      const viewer = await throughProxy();
      await say(world, 30);
      await reads(viewer, 30);
      const { sessionId } = viewer.live.room ?? {};
      for (let cuts = 1; cuts <= 3; cuts += 1) {
        proxy.cut();
        await until('it has noticed', () => viewer.offline.length === cuts);
        await say(world, 20);
        await reads(viewer, 30 + 20 * cuts);
      }
      expect(viewer.seqs()).toEqual(upTo(90));
      expect(viewer.lost).toEqual([]);
      expect(viewer.online.map(({ resumed }) => resumed)).toEqual([false, true, true, true]);
      expect(viewer.live.room?.sessionId).toBe(sessionId);
      // The whole state is there, not only the chat.
      const other = await follow(world);
      followers.push(other);
      await until('both show the same', () =>
        expect
          .objectContaining(other.live.room?.state.toJSON() ?? {})
          .asymmetricMatch(viewer.live.room?.state.toJSON()),
      );
    });

    it('a long absence: what the room no longer holds comes from the history', async () => {
      const viewer = await throughProxy();
      await say(world, 5);
      await reads(viewer, 5);
      proxy.refuse();
      proxy.cut();
      await until('it has noticed', () => viewer.live.status === 'recovering');
      await say(world, 1_250);
      proxy.accept();
      await reads(viewer, 1_255);
      expect(viewer.seqs()).toEqual(upTo(1_255));
      expect(viewer.lost).toEqual([]);
    });

    it('an absence longer than it wants to make up for: it says what it left out', async () => {
      const viewer = await throughProxy({ maxRecovered: 200 });
      await say(world, 5);
      await reads(viewer, 5);
      proxy.refuse();
      proxy.cut();
      await until('it has noticed', () => viewer.live.status === 'recovering');
      await say(world, 900);
      proxy.accept();
      await reads(viewer, 905);
      const [range] = viewer.lost;
      expect(viewer.lost).toEqual([{ fromSeq: 6, toSeq: expect.any(Number) }]);
      expect(viewer.seqs()).toEqual([...upTo(5), ...upTo(905).slice(range?.toSeq)]);
      expect(viewer.seqs().length).toBeGreaterThanOrEqual(200);
    });

    it('an absence longer than the history is kept: it says what nobody has any more', async () => {
      const viewer = await throughProxy();
      await say(world, 5);
      await reads(viewer, 5);
      proxy.refuse();
      proxy.cut();
      await until('it has noticed', () => viewer.live.status === 'recovering');
      await say(world, 700);
      // A room that is behind would still show some of what the history lets go of.
      const witness = await follow(world);
      followers.push(witness);
      await reads(witness, 705);
      await forgetBefore(world, 321);
      proxy.accept();
      await reads(viewer, 705);
      expect(viewer.lost).toEqual([{ fromSeq: 6, toSeq: 320 }]);
      expect(viewer.seqs()).toEqual([...upTo(5), ...upTo(705).slice(320)]);
    });

    it('what was taken down meanwhile: it is told, or never sees it', async () => {
      const viewer = await throughProxy();
      await say(world, 10);
      await reads(viewer, 10);
      const taken: number[] = [];
      viewer.live.on('removed', ({ seq }) => taken.push(seq));
      proxy.refuse();
      proxy.cut();
      await until('it has noticed', () => viewer.live.status === 'recovering');
      await say(world, 10);
      const { seller, broadcastId } = world.shop;
      for (const seq of [3, 15]) {
        await unwrap(
          seller.api.DELETE('/v1/broadcasts/{broadcastId}/messages/{seq}', {
            params: { path: { broadcastId, seq }, query: { reason: '욕설' } },
          }),
        );
      }
      proxy.accept();
      await reads(viewer, 20);
      // A room that hears of it late shows it first and takes it back after.
      await until(
        'it is told',
        () => taken.includes(3) && (taken.includes(15) || !viewer.seqs().includes(15)),
      );
      const shown = viewer.seqs().filter((seq) => !taken.includes(seq));
      expect(shown).toEqual(upTo(20).filter((seq) => seq !== 3 && seq !== 15));
      expect(viewer.lost).toEqual([]);
    });

    it('a dead spot that cuts nothing: it notices the silence, and comes back', async () => {
      const viewer = await throughProxy();
      await say(world, 5);
      await reads(viewer, 5);
      proxy.stall();
      await until('it has noticed', () => viewer.offline.length > 0);
      await say(world, 150);
      proxy.flow();
      await reads(viewer, 155);
      expect(viewer.seqs()).toEqual(upTo(155));
      expect(viewer.lost).toEqual([]);
    });

    it('a thin wire: late, but whole', async () => {
      const viewer = await throughProxy({ quietMs: 5_000 });
      proxy.throttle(4_000);
      await say(world, 60);
      await reads(viewer, 60);
      proxy.flow();
      await say(world, 1);
      await reads(viewer, 61);
      expect(viewer.seqs()).toEqual(upTo(61));
    });

    it('an answer that is lost: asked again under the same id, said once', async () => {
      const viewer = await throughProxy();
      const other = await follow(world);
      followers.push(other);
      proxy.throttle(0);
      const text = `한 번만 ${newWords()}`;
      const saying = viewer.live.chat(text);
      await until('others read it', () => other.messages.some((it) => it.text === text));
      proxy.cut();
      proxy.flow();
      const seq = other.messages.find((it) => it.text === text)?.seq;
      expect(await saying).toMatchObject({ seq });
      await until('it is back', () => viewer.messages.some((it) => it.text === text));
      await say(world, 1);
      await until('all is read', () => other.live.lastSeq === viewer.live.lastSeq);
      for (const { messages } of [viewer, other]) {
        expect(messages.filter((it) => it.text === text)).toHaveLength(1);
      }
    });

    it('an order whose answer is lost: one order, answered once', async () => {
      const viewer = await throughProxy();
      const { skuId } = world.shop;
      proxy.throttle(0);
      const ordering = viewer.live.order([{ skuId, quantity: 1 }]);
      const held = async () => {
        const { data } = await world.shop.seller.api.GET('/v1/broadcasts/{broadcastId}', {
          params: { path: { broadcastId: world.shop.broadcastId } },
        });
        return data?.products[0]?.product.skus[0]?.stock.held;
      };
      await until('the order is placed', async () => (await held()) === 1);
      proxy.cut();
      proxy.flow();
      expect(await ordering).toMatchObject({ orderId: expect.stringMatching(/^ord_/) });
      expect(await held()).toBe(1);
    });

    it('a request without an id is not sent twice: it fails, its outcome unknown', async () => {
      const viewer = await throughProxy();
      proxy.throttle(0);
      const asking = viewer.live.request('heart', { count: 1 });
      proxy.cut();
      await expect(asking).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    });

    it('what is asked while it is away is asked when it is back', async () => {
      const viewer = await throughProxy();
      proxy.refuse();
      proxy.cut();
      await until('it has noticed', () => viewer.live.status === 'recovering');
      const saying = viewer.live.chat('다녀왔어요');
      proxy.accept();
      expect(await saying).toMatchObject({ seq: 1 });
    });

    it('knows the server’s clock', async () => {
      const viewer = await throughProxy({ clockEveryMs: 100 });
      await until('it was looked at', () => viewer.live.clock.uncertaintyMs < 1_000);
      const { uncertaintyMs } = viewer.live.clock;
      expect(Math.abs(viewer.live.serverNow() - Date.now())).toBeLessThanOrEqual(
        uncertaintyMs + 50,
      );
    });
  });
}
