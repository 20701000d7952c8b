/** A self-signed certificate for `localhost` and 127.0.0.1, good until 2125, and its key. For tests only: the key is public. */
export const certificate: string = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUD5eAdmOtZ3GJrw3oXZ3N3QZW8mUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE1NTMwOFoYDzIxMjYxMDI5
MTU1MzA4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATmK86EmoQIm4UGjYLA+mZGezFEzwUNjeb+EIWj8x9fyiKXYpetQvXz
nhXeSDcD+puIfkS0FwDefehAq4/I7srso28wbTAdBgNVHQ4EFgQUyktX1w9aiUZs
SxV0fBeHKA5hXPUwHwYDVR0jBBgwFoAUyktX1w9aiUZsSxV0fBeHKA5hXPUwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhAP46mMpEJ898MNAdtcXMUTYZk3M5OQcBW6FothiOqmrQAiBU
enLwnbxaRz0wbbYsreeAWmhpN1niG3odQyo8KlaRzw==
-----END CERTIFICATE-----
`;

export const privateKey: string = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg57sUmLtLYYEP98Sl
MRcesIoYR3RBJm4TRGzFLfPXfqShRANCAATmK86EmoQIm4UGjYLA+mZGezFEzwUN
jeb+EIWj8x9fyiKXYpetQvXznhXeSDcD+puIfkS0FwDefehAq4/I7srs
-----END PRIVATE KEY-----
`;
