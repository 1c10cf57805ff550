/** Runs the core's Lua scripts on the simulated Redis: https://redis.io/docs/latest/develop/programmability/lua-api/ */
import fengari from 'fengari';
import type { Keyspace, Reply } from './keyspace.ts';

const { lua, lauxlib, lualib, to_luastring: bytes } = fengari;

export class LuaScripts {
  /** Of the run; scripts are compiled once for all runs. */
  keyspace: Keyspace | undefined;
  readonly #state = lauxlib.luaL_newstate();
  /** Compiled scripts in the registry of Lua. */
  readonly #compiled = new Map<string, number>();

  constructor() {
    lualib.luaL_openlibs(this.#state);
    lua.lua_newtable(this.#state);
    lua.lua_pushcfunction(this.#state, (state: unknown) => this.#call(state));
    lua.lua_setfield(this.#state, -2, bytes('call'));
    lua.lua_setglobal(this.#state, bytes('redis'));
  }

  run(script: string, keys: readonly string[], args: readonly string[]): Reply {
    const state = this.#state;
    this.#setGlobal('KEYS', keys);
    this.#setGlobal('ARGV', args);
    lua.lua_rawgeti(state, lua.LUA_REGISTRYINDEX, this.#compile(script));
    if (lua.lua_pcall(state, 0, 1, 0) !== lua.LUA_OK)
      throw new Error(`script: ${lua.lua_tojsstring(state, -1)}`);
    const reply = this.#read(-1);
    lua.lua_settop(state, 0);
    return reply;
  }

  #compile(script: string): number {
    const known = this.#compiled.get(script);
    if (known !== undefined) return known;
    const source = bytes(script);
    if (lauxlib.luaL_loadbuffer(this.#state, source, source.length, bytes('script')) !== lua.LUA_OK)
      throw new Error(`script: ${lua.lua_tojsstring(this.#state, -1)}`);
    const compiled = lauxlib.luaL_ref(this.#state, lua.LUA_REGISTRYINDEX);
    this.#compiled.set(script, compiled);
    return compiled;
  }

  /** `redis.call`: arguments are texts and numbers. */
  #call(state: unknown): number {
    const count = lua.lua_gettop(state);
    const [command = '', ...args] = Array.from({ length: count }, (_, index) =>
      lua.lua_tojsstring(state, index + 1),
    );
    this.#push(state, this.keyspace!.execute(command, args));
    return 1;
  }

  #push(state: unknown, reply: Reply): void {
    if (reply === null) lua.lua_pushboolean(state, false);
    // Fengari's integers have 32 bits: a lifetime in ms may need more.
    else if (typeof reply === 'number' && (reply | 0) === reply) lua.lua_pushinteger(state, reply);
    else if (typeof reply === 'number') lua.lua_pushnumber(state, reply);
    else if (typeof reply === 'string') lua.lua_pushstring(state, bytes(reply));
    else {
      const items = Array.isArray(reply) ? reply : Object.entries(reply).flat();
      lua.lua_newtable(state);
      for (const [index, item] of items.entries()) {
        this.#push(state, item);
        lua.lua_rawseti(state, -2, index + 1);
      }
    }
  }

  #setGlobal(name: string, texts: readonly string[]): void {
    this.#push(this.#state, texts);
    lua.lua_setglobal(this.#state, bytes(name));
  }

  /** As Redis translates what a script returns: a table ends at its first nil, numbers are cut to integers. */
  #read(index: number): Reply {
    const state = this.#state;
    switch (lua.lua_type(state, index)) {
      case lua.LUA_TNUMBER:
        return Math.trunc(lua.lua_tonumber(state, index));
      case lua.LUA_TSTRING:
        return lua.lua_tojsstring(state, index);
      case lua.LUA_TBOOLEAN:
        return lua.lua_toboolean(state, index) ? 1 : null;
      case lua.LUA_TTABLE: {
        const items: Reply[] = [];
        for (let at = 1; ; at += 1) {
          lua.lua_rawgeti(state, -1, at);
          const isEnd = lua.lua_type(state, -1) === lua.LUA_TNIL;
          if (!isEnd) items.push(this.#read(-1));
          lua.lua_pop(state, 1);
          if (isEnd) return items;
        }
      }
      default:
        return null;
    }
  }
}
