// One function a binding file: adds its JavaScript functions to the addon's exports.
#pragma once
#include <napi.h>

void RegisterClustering(Napi::Env env, Napi::Object exports);
void RegisterLayout(Napi::Env env, Napi::Object exports);
void RegisterLsa(Napi::Env env, Napi::Object exports);
void RegisterSmoothing(Napi::Env env, Napi::Object exports);
