//! The test request signed by other crates, each used as its documentation shows.

use oauth1_request::signature_method::SignatureMethod;
use oauth1_request::{Builder, Credentials, HMAC_SHA1, ParameterList, Token};
use reqwest_oauth1::{OAuthClientProvider as _, OAuthParameters, Secrets};

use crate::hmac_sha256::HmacSha256;
use countersign_bench::test_request::{
    CONSUMER_KEY, CONSUMER_SECRET, ENDPOINT, PARAMETERS, TOKEN, TOKEN_SECRET, URL,
};

/// `oauth1-request` 0.6. It takes the query decoded, apart from the URL and sorted, so that work is not in its time.
pub struct Oauth1Request<S> {
    builder: Builder<'static, S, &'static str>,
    parameters: ParameterList<&'static str, &'static str>,
}

impl Oauth1Request<oauth1_request::HmacSha1> {
    /// The one method with a hash that it ships. NetSuite refuses it.
    pub fn with_hmac_sha1() -> Self {
        Self::new(HMAC_SHA1)
    }
}

impl Oauth1Request<HmacSha256> {
    pub fn with_hmac_sha256() -> Self {
        Self::new(HmacSha256)
    }
}

impl<S: SignatureMethod + Clone> Oauth1Request<S> {
    fn new(method: S) -> Self {
        let client = Credentials::new(CONSUMER_KEY, CONSUMER_SECRET);
        let token = Token::new(client, Credentials::new(TOKEN, TOKEN_SECRET));
        let mut builder = Builder::with_token(token, method);
        builder.version(true);
        Self {
            builder,
            parameters: ParameterList::new(PARAMETERS.to_vec()),
        }
    }

    /// The `Authorization` header, with a nonce and a time of its own making.
    pub fn sign(&self) -> String {
        self.builder.get(ENDPOINT, &self.parameters)
    }
}

/// `reqwest-oauth1` 0.3. It signs only while building a `reqwest` request, so that is in its time.
pub struct ReqwestOauth1 {
    client: reqwest::Client,
}

impl ReqwestOauth1 {
    pub fn new() -> Self {
        Self {
            client: reqwest::Client::new(),
        }
    }

    /// The request with its header.
    pub fn sign(&self) -> reqwest::Request {
        let secrets = Secrets::new(CONSUMER_KEY, CONSUMER_SECRET).token(TOKEN, TOKEN_SECRET);
        let parameters = OAuthParameters::new()
            .signature_method(HmacSha256)
            .version(true)
            .realm("1234567_SB1");
        let request = self
            .client
            .clone()
            .oauth1_with_params(secrets, parameters)
            .get(URL);
        let signed = request
            .generate_signature()
            .expect("the parameters are well-formed");
        signed.build().expect("the request is well-formed")
    }
}
