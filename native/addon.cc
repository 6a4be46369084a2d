// Node-API entry: registers what native/bindings/ offers. Nothing else lives here.
#include <napi.h>

#include "bindings/bindings.h"

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  RegisterClustering(env, exports);
  RegisterLayout(env, exports);
  RegisterLsa(env, exports);
  RegisterSmoothing(env, exports);
  return exports;
}

NODE_API_MODULE(wikitag, Init)
