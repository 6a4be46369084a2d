import protobuf from 'protobufjs';

/**
 * The part of ONNX's schema (onnx/onnx.proto, IR version 8) that a small float graph needs, with the field numbers of the
 * original: what is written here is read by every ONNX runtime.
 */
const SCHEMA = `
syntax = "proto3";
message ModelProto {
  int64 ir_version = 1; string producer_name = 2; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8;
}
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message GraphProto {
  repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message NodeProto {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
  repeated AttributeProto attribute = 5;
}
message AttributeProto { string name = 1; float f = 2; int64 i = 3; repeated int64 ints = 8; int32 type = 20; }
message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message ValueInfoProto { string name = 1; TypeProto type = 2; }
message TypeProto { Tensor tensor_type = 1; message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; } }
message TensorShapeProto { repeated Dimension dim = 1; message Dimension { int64 dim_value = 1; string dim_param = 2; } }
`;

/** TensorProto.DataType and AttributeProto.AttributeType */
const ELEMENT = { float32: 1, int64: 7 } as const;
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const;

/** Of version 18: the first that IR version 8 carries. */
const OPSET = 18;

let modelType: protobuf.Type | undefined;

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Whole numbers and lists of them; a float attribute is given as `{ float }`. */
  readonly attributes?: Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;
}

/** A graph input or output. A number is a fixed size, a string a size that is known when the graph runs. */
export interface OnnxValue {
  readonly name: string;
  readonly type: keyof typeof ELEMENT;
  readonly shape: readonly (number | string)[];
}

/** A constant of the graph. */
export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly constants?: readonly OnnxConstant[];
}

/** The bytes of an ONNX model, as a `.onnx` file holds them. Nodes must stand in the order in which they run. */
export function encodeOnnxModel({ nodes, inputs, outputs, constants = [] }: OnnxGraph): Uint8Array {
  modelType ??= protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('ModelProto');
  const message = modelType.create({
    ir_version: 8,
    producer_name: 'wikitag',
    opset_import: [{ domain: '', version: OPSET }],
    graph: {
      name: 'wikitag',
      node: nodes.map(({ op, inputs, outputs, attributes = {} }, i) => ({
        input: inputs,
        output: outputs,
        name: `${op}_${i}`,
        op_type: op,
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      })),
      initializer: constants.map(({ name, shape, data }) => ({
        name,
        dims: shape,
        data_type: data.BYTES_PER_ELEMENT === 4 ? ELEMENT.float32 : ELEMENT.int64,
        raw_data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      })),
      input: inputs.map(valueInfo),
      output: outputs.map(valueInfo),
    },
  });
  return modelType.encode(message).finish();
}

function attribute(name: string, value: number | readonly number[] | { readonly float: number }) {
  if (typeof value === 'number') return { name, type: ATTRIBUTE.int, i: value };
  return 'float' in value
    ? { name, type: ATTRIBUTE.float, f: value.float }
    : { name, type: ATTRIBUTE.ints, ints: value };
}

function valueInfo({ name, type, shape }: OnnxValue) {
  const dim = shape.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: ELEMENT[type], shape: { dim } } } };
}
