/** MongoDB's wire protocol, as much of it as a driver sends today: OP_MSG, and OP_QUERY for the first hello. https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
import { BSON, type Document } from 'mongodb';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER = 16;
/** Flags of OP_MSG. */
const CHECKSUM = 1;
const MORE_TO_COME = 2;

/** What each `hello` says of the sizes and versions that are spoken here. */
export const spoken = (): Document => ({
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  localTime: new Date(),
  minWireVersion: 0,
  maxWireVersion: 21,
});

export interface Message {
  readonly requestId: number;
  readonly isQuery: boolean;
  /** The client waits for no answer. */
  readonly isSilent: boolean;
  readonly command: Document;
  /** As it came, for whoever passes it on. */
  readonly bytes: Buffer;
}

/** Numbers keep their BSON types: what passes through must come out the same. */
export const decode = (bytes: Uint8Array): Document =>
  BSON.deserialize(bytes, { promoteValues: false, bsonRegExp: true });

/** Cuts a stream of bytes into messages. */
export function createReader(): (chunk: Buffer) => Message[] {
  let chunks: Buffer[] = [];
  let size = 0;
  return (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    const found: Message[] = [];
    while (size >= HEADER) {
      // Joined only when a message is whole: a large one comes in hundreds of pieces.
      if ((chunks[0] as Buffer).length < HEADER) chunks = [Buffer.concat(chunks)];
      const length = (chunks[0] as Buffer).readInt32LE(0);
      if (size < length) break;
      const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      found.push(parse(whole.subarray(0, length)));
      size -= length;
      chunks = size === 0 ? [] : [whole.subarray(length)];
    }
    return found;
  };
}

function parse(bytes: Buffer): Message {
  const requestId = bytes.readInt32LE(4);
  const kind = bytes.readInt32LE(12);
  if (kind === OP_QUERY) {
    const name = bytes.indexOf(0, HEADER + 4);
    // After the collection's name: how many to skip and to return.
    const command = decode(bytes.subarray(name + 1 + 8));
    return { requestId, isQuery: true, isSilent: false, command, bytes };
  }
  if (kind !== OP_MSG) throw new Error(`opcode ${kind} is not spoken here`);
  const flags = bytes.readUInt32LE(HEADER);
  const end = flags & CHECKSUM ? bytes.length - 4 : bytes.length;
  return {
    requestId,
    isQuery: false,
    isSilent: (flags & MORE_TO_COME) !== 0,
    command: sections(bytes.subarray(HEADER + 4, end)),
    bytes,
  };
}

/** A section is the command itself, or a list of documents that belongs into one of its members. */
function sections(bytes: Buffer): Document {
  let command: Document = {};
  const lists: Document = {};
  for (let at = 0; at < bytes.length; ) {
    const isList = bytes[at] === 1;
    const length = bytes.readInt32LE(at + 1);
    const section = bytes.subarray(at + 1, at + 1 + length);
    if (isList) {
      const name = section.indexOf(0, 4);
      lists[section.toString('latin1', 4, name)] = documents(section.subarray(name + 1));
    } else command = decode(section);
    at += 1 + length;
  }
  return { ...command, ...lists };
}

function documents(bytes: Buffer): Document[] {
  const found: Document[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readInt32LE(at);
    found.push(decode(bytes.subarray(at, at + length)));
    at += length;
  }
  return found;
}

let answers = 0;

export function answer({ requestId, isQuery }: Message, reply: Document): Buffer {
  const body = BSON.serialize(reply);
  const prefix = Buffer.alloc(isQuery ? HEADER + 20 : HEADER + 5);
  answers = (answers + 1) % 0x7fffffff;
  prefix.writeInt32LE(prefix.length + body.length, 0);
  prefix.writeInt32LE(answers, 4);
  prefix.writeInt32LE(requestId, 8);
  prefix.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  // One document follows.
  if (isQuery) prefix.writeInt32LE(1, HEADER + 16);
  return Buffer.concat([prefix, body]);
}
