// The types of the Component Model that cross the boundary, as plain data.
// Used by the decoder (which makes them), the lifting and lowering functions (which
// follow them) and the linker. Knows nothing of binary formats or of WebAssembly objects.
// Spec: component-model, design/mvp/Explainer.md "Type Definitions".

export type PrimitiveKind =
  | 'bool'
  | 's8'
  | 'u8'
  | 's16'
  | 'u16'
  | 's32'
  | 'u32'
  | 's64'
  | 'u64'
  | 'f32'
  | 'f64'
  | 'char'
  | 'string';

/**
 * A value type. `resource` in `own` and `borrow` indexes `LinkPlan.resources` of the component
 * that the type belongs to, so two types are comparable only within one component.
 */
export type ValType =
  | { readonly kind: PrimitiveKind }
  | { readonly kind: 'list'; readonly element: ValType }
  | { readonly kind: 'record'; readonly fields: readonly NamedType[] }
  | { readonly kind: 'tuple'; readonly types: readonly ValType[] }
  | { readonly kind: 'variant'; readonly cases: readonly Case[] }
  | { readonly kind: 'enum'; readonly names: readonly string[] }
  | { readonly kind: 'flags'; readonly names: readonly string[] }
  | { readonly kind: 'option'; readonly some: ValType }
  | { readonly kind: 'result'; readonly ok: ValType | null; readonly err: ValType | null }
  | { readonly kind: 'stream' | 'future'; readonly element: ValType | null }
  | { readonly kind: 'error-context' }
  | { readonly kind: 'own'; readonly resource: number }
  | { readonly kind: 'borrow'; readonly resource: number };

export interface NamedType {
  readonly name: string;
  readonly type: ValType;
}

export interface Case {
  readonly name: string;
  readonly type: ValType | null;
}

export interface FuncType {
  /** May block its caller; absent where it may not. */
  readonly async?: boolean;
  readonly params: readonly NamedType[];
  readonly result: ValType | null;
}

export type CoreValType = 'i32' | 'i64' | 'f32' | 'f64';

/** The signature of a core function. */
export interface CoreFuncType {
  readonly params: readonly CoreValType[];
  readonly results: readonly CoreValType[];
}
