//! A DTLS provider for str0m that keeps the SRTP keys to itself and shares one configuration.
//!
//! str0m is given random bytes in place of the keying material, so that whatever it might ever
//! send as SRTP cannot repeat a nonce under the keys that our own packet path uses.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use dimpl::{Config, Dtls};
use engine_core::sctp::data_streams;
use engine_core::srtp::Profile;
use str0m::crypto::dtls::DtlsVersion;
use str0m::crypto::dtls::{
    DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, KeyingMaterial,
    ProtocolVersion, SrtpProfile,
};
use str0m::crypto::{CryptoError, CryptoProvider};

/// The keying material of a finished handshake (RFC 5764 section 4.2).
pub(crate) struct Keys {
    pub(crate) profile: Profile,
    pub(crate) material: Vec<u8>,
    /// We were the DTLS client.
    pub(crate) active: bool,
}

/// SCTP streams that a client may use. SCTP holds state for each that data came on, announced or
/// not; LiveKit's clients use three.
const MAX_STREAMS: usize = 64;

#[derive(Default)]
struct Cell {
    keys: Mutex<Option<Keys>>,
    too_many_streams: AtomicBool,
}

/// Where the keys of one connection appear, and whether its peer opens streams without end.
#[derive(Clone, Default)]
pub(super) struct KeyCell(Arc<Cell>);

impl KeyCell {
    pub(super) fn take(&self) -> Option<Keys> {
        self.keys().take()
    }

    /// Whether data came on more streams than any client needs.
    pub(super) fn has_too_many_streams(&self) -> bool {
        self.0.too_many_streams.load(Ordering::Relaxed)
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, Option<Keys>> {
        self.0.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, keys: Keys) {
        *self.keys() = Some(keys);
    }
}

thread_local! {
    /// The provider's interface has no room for an argument: this is where `new_dtls` finds the
    /// cell of the connection that is being built on this thread.
    static NEXT: RefCell<Option<KeyCell>> = const { RefCell::new(None) };
}

/// Run `build`; the DTLS instance that it makes puts its keys into the returned cell.
pub(super) fn capture<T>(build: impl FnOnce() -> T) -> (T, KeyCell) {
    let cell = KeyCell::default();
    NEXT.set(Some(cell.clone()));
    let built = build();
    NEXT.set(None);
    (built, cell)
}

/// str0m's AWS-LC provider with the DTLS part replaced by ours.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    static DTLS: KeyTapProvider = KeyTapProvider;
    let make = || {
        let mut provider = str0m::crypto::from_feature_flags();
        provider.dtls_provider = &DTLS;
        Arc::new(provider)
    };
    Arc::clone(PROVIDER.get_or_init(make))
}

#[derive(Debug)]
struct KeyTapProvider;

impl DtlsProvider for KeyTapProvider {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        str0m::crypto::from_feature_flags()
            .dtls_provider
            .generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        if version != DtlsVersion::Dtls12 {
            return Err(CryptoError::Other("only DTLS 1.2 is set up".into()));
        }
        let cell = NEXT.take().unwrap_or_default();
        let dtls = Dtls::new_12(shared_config(mtu)?, cert.clone(), now);
        Ok(Box::new(TappedDtls {
            dtls,
            cell,
            streams: HashSet::new(),
        }))
    }
}

/// Building a configuration validates its crypto provider, which takes a millisecond: do it once.
fn shared_config(mtu: Option<usize>) -> Result<Arc<Config>, CryptoError> {
    static CONFIG: OnceLock<Result<Arc<Config>, String>> = OnceLock::new();
    let make = || {
        // ICE has proved that the peer receives at its address, so that no cookie is needed.
        let mut builder = Config::builder().use_server_cookie(false);
        if let Some(mtu) = mtu {
            builder = builder.mtu(mtu);
        }
        builder
            .build()
            .map(Arc::new)
            .map_err(|error| format!("DTLS configuration: {error}"))
    };
    CONFIG.get_or_init(make).clone().map_err(CryptoError::Other)
}

struct TappedDtls {
    dtls: Dtls,
    cell: KeyCell,
    /// That data came on.
    streams: HashSet<u16>,
}

impl std::fmt::Debug for TappedDtls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TappedDtls").finish_non_exhaustive()
    }
}

impl DtlsInstance for TappedDtls {
    fn set_active(&mut self, active: bool) {
        self.dtls.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.dtls.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        let active = self.dtls.is_active();
        match self.dtls.poll_output(buf) {
            DtlsOutput::KeyingMaterial(material, profile) => {
                let material: &[u8] = material.as_ref();
                let mut decoy = vec![0; material.len()];
                // Zeros do as well: str0m holds no media, so nothing is ever sealed with them.
                let _ = aws_lc_rs::rand::fill(&mut decoy);
                if let Some(profile) = known(profile) {
                    self.cell.put(Keys {
                        profile,
                        material: material.to_vec(),
                        active,
                    });
                }
                DtlsOutput::KeyingMaterial(KeyingMaterial::new(&decoy), profile)
            }
            DtlsOutput::ApplicationData(packet) => {
                // A packet holds some dozens of chunks: the set stays small.
                self.streams.extend(data_streams(packet));
                if self.streams.len() > MAX_STREAMS {
                    self.cell.0.too_many_streams.store(true, Ordering::Relaxed);
                }
                DtlsOutput::ApplicationData(packet)
            }
            other => other,
        }
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.dtls.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.dtls.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.dtls.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.dtls.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.dtls.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.dtls.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.dtls.close()
    }
}

fn known(profile: SrtpProfile) -> Option<Profile> {
    match profile {
        SrtpProfile::AES128_CM_SHA1_80 => Some(Profile::Aes128CmSha1_80),
        SrtpProfile::AEAD_AES_128_GCM => Some(Profile::AeadAes128Gcm),
        SrtpProfile::AEAD_AES_256_GCM => Some(Profile::AeadAes256Gcm),
        #[allow(unreachable_patterns, reason = "the list may grow in a later release")]
        _ => None,
    }
}
