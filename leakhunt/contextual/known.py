"""Functions of which an argument is a secret, whatever the argument is called."""

from __future__ import annotations

from typing import NamedTuple

_PASSWORD = "password"  # noqa: S105 (the name of a name)
_KEY = "encryption key"
_SIGNING = "jwt secret"
_ACCESS = "secret access key"
_SECRET = "client secret"  # noqa: S105
_TOKEN = "access token"  # noqa: S105

ROWS: tuple[tuple[str, int, str], ...] = (
    # --- accounts: sign in, sign up, authenticate
    (
        _PASSWORD,
        0,
        "plainPassword plain_password unsafePlainText unsafe_plain_text SecretValue.plainText "
        "Hash.make bcrypt.hash bcrypt.hashSync bcrypt.generate_password_hash hashSync hashpw "
        "generate_password_hash make_password GenerateFromPassword password_hash PBEKeySpec "
        "PasswordProtection passwordEncoder.encode encoder.encode PBKDF2 Rfc2898DeriveBytes "
        "PasswordDeriveBytes scryptSync pbkdf2Sync pbkdf2 ssh.Password jedis.auth redis.auth "
        "redisClient.auth argon2.hash BCrypt.hashpw BCrypt.HashPassword HashPassword "
        "EnhancedHashPassword create_password_hash hash_password bcrypt Encryptors.text "
        "password_verify Password.create mysql_password getWritableDatabase getReadableDatabase "
        "Encryptors.stronger Encryptors.delux Encryptors.standard pbkdf2.Key scrypt.Key "
        "check_password hash_pwd_salt",
    ),
    (
        _PASSWORD,
        1,
        "login Login log_in logIn authenticate Authenticate basic_auth basicAuth BasicAuth "
        "SetBasicAuth setBasicAuth HTTPBasicAuth HttpBasicAuth HTTPDigestAuth HTTPProxyAuth "
        "HttpNtlmAuth NetworkCredential UsernamePasswordCredentials PasswordAuthentication "
        "UserInfo UserPassword createAccount Bind bind bind_s simple_bind simple_bind_s "
        "PasswordCredential UsernamePasswordAuthenticationToken BasicAuthentication "
        "createBasicAuth CreateAsync AddPasswordAsync PasswordSignInAsync CheckPasswordAsync "
        "signInWithEmailAndPassword sign_in_with_email_and_password "
        "createUserWithEmailAndPassword withCredentials basicAuthentication Credentials.basic "
        "Credentials.new PlainTextAuthProvider AuthTokens.basic auth.basic basicCredentials "
        "usernamePassword SimpleCredentials UserCredentials PasswordCredentials httpBasic "
        "http_basic_authenticate username_pw_set PlainCredentials BasicHttpCredentials "
        "authorization_basic smtp.auth Smtp.auth setCredentials set_credentials WiFi.begin "
        "WiFi.softAP addAP wlan.connect auth_password userauth_password ssh_userauth_password "
        "password_auth DefaultAuthenticator setAuthentication set_basic_auth setHttpAuth "
        "authBasic withBasicAuth with_basic_auth UserPass BasicCredentials BasicAuthCredentials "
        "SqlCredential oci_connect oci_pconnect cx_Oracle.connect oracledb.connect addUser "
        "AddUser KeyStore.load keyStore.load keystore.load ks.load trustStore.load ks.getKey "
        "keyStore.getKey kmf.init keyManagerFactory.init UserNamePasswordCredentials "
        "StaticUserProvider getPasswordToken UsernamePasswordToken createUserWithPassword "
        "signInWithPassword authenticateUser UserPasswordCredentials nats.UserInfo Github "
        "smtp.login server.login mailer.login imap.login mail.login ftp.login zapi.login "
        "mailserver.login ftpClient.login session.login smtplib.login smtpObj.login s.login "
        "hasher.HashPassword passwordHasher.HashPassword _passwordHasher.HashPassword "
        "setCredential authPassword X509Certificate2 X509Certificate postgresql_password "
        "openOrCreateDatabase WithCredentials basic AuthenticateAsync HttpBasicAuthenticator "
        "jedis.auth redis.auth j.auth SMBConnection changeUserPassword NewSimpleBindRequest "
        "sta.config",
    ),
    (
        _PASSWORD,
        2,
        "mysqli mysqli_connect mysql_connect mysql_pconnect PDO getConnection PlainAuth "
        "create_user create_superuser createUser ftp_login imap_open ldap_bind "
        "imap.authenticate ldap.open_simple ssh2_auth_password SET_AUTHENTICATION "
        "pymysql.connect MySQLdb.connect mssql_connect "
        "odbc_connect odbc_pconnect ibase_connect DBI.connect DriverManagerDataSource Sequelize "
        "ftplib.FTP FTP FTP_TLS FTP.open SshClient SftpClient FtpClient createCredential "
        "createScramSha1Credential createScramSha256Credential ldap3.Connection setKeyEntry "
        "ResetPasswordAsync luasql.connect Sql.newInstance ldap_simple_bind_s "
        "signInWithEmailAndPassword createUserWithEmailAndPassword env.connect driver.connect "
        "adodb.Connect PConnect NConnect load_cert_chain ssl.load_cert_chain "
        "mqtt_client.connect mqttClient.connect Transport.send transport.connect store.connect "
        "keyring.set_password URL.create Database.forURL Jdbi.create pxssh.login client.connect "
        "mqtt.connect pymssql.connect",
    ),
    (
        _PASSWORD,
        3,
        "mysql_real_connect mysqli_real_connect AMQPStreamConnection mqtt.Client NewDialer "
        "NewPlainDialer InfluxDBClient Credentials ssh.connect ua.credentials "
        "client.connect ssh_client.connect sshClient.connect redis.Redis redis.StrictRedis "
        "StrictRedis add_password fromDriverManager SftpClient SshClient "
        "mysqlx.Session getSession",
    ),
    (
        _PASSWORD,
        4,
        "UsernamePasswordCredentialsImpl JedisPool SMTP.start",
    ),
    (
        "passphrase",
        1,
        "jsch.addIdentity addIdentity SSL_CTX_set_default_passwd_cb_userdata",
    ),
    (
        "passphrase",
        2,
        "mbedtls_pk_parse_keyfile mbedtls_pk_parse_key",
    ),
    (
        _PASSWORD,
        6,
        "PQsetdbLogin PG.connect",
    ),
    (
        _PASSWORD,
        1,
        "pbkdf2_hmac hashlib.pbkdf2_hmac hash_pbkdf2",
    ),
    # --- keys that encrypt
    (
        _KEY,
        0,
        "SecretKeySpec DESKeySpec DESedeKeySpec Fernet NewCipher NewTripleDESCipher AES.new "
        "DES.new DES3.new ARC4.new ARC2.new Blowfish.new CAST.new ChaCha20.new Salsa20.new "
        "AESGCM AESCCM ChaCha20Poly1305 algorithms.AES algorithms.TripleDES "
        "MessageEncryptor.new AESEncrypt SecretBox nacl.secret.SecretBox AesCipher "
        "Key.from_slice GenericArray.from_slice SymmetricKey createSecretKey AES_set_encrypt_key "
        "AES_set_decrypt_key",
    ),
    (
        _KEY,
        1,
        "createCipheriv createDecipheriv createCipher createDecipher AES_DECRYPT AES_ENCRYPT "
        "DES_ENCRYPT DES_DECRYPT pgp_sym_encrypt pgp_sym_decrypt AES.encrypt AES.decrypt "
        "DES.encrypt DES.decrypt TripleDES.encrypt TripleDES.decrypt Rabbit.encrypt RC4.encrypt "
        "mcrypt_encrypt mcrypt_decrypt aes_encrypt aes_decrypt",
    ),
    (
        _KEY,
        3,
        "EVP_BytesToKey EVP_EncryptInit_ex EVP_DecryptInit_ex EVP_CipherInit_ex",
    ),
    (
        _KEY,
        2,
        "openssl_encrypt openssl_decrypt sodium_crypto_secretbox",
    ),
    (
        "private key",
        0,
        "from_key Account.from_key Account.privateKeyToAccount privateKeyToAccount ethers.Wallet "
        "accounts.privateKeyToAccount HexToECDSA crypto.HexToECDSA Keypair.fromSecretKey",
    ),
    (
        "mnemonic",
        0,
        "from_mnemonic Account.from_mnemonic Wallet.fromMnemonic Wallet.fromPhrase "
        "HDNode.fromMnemonic mnemonicToSeedSync mnemonicToSeed HDWalletProvider "
        "mnemonicToAccount",
    ),
    # --- keys that sign
    (
        _SIGNING,
        0,
        "HMAC256 HMAC384 HMAC512 hmac.new HMAC.new HMACSHA1 HMACSHA256 HMACSHA384 HMACSHA512 "
        "HMACMD5 SymmetricSecurityKey EncodingKey.from_secret DecodingKey.from_secret "
        "hmacShaKeyFor SignedString jwt.NewHS256 new_from_slice MessageVerifier.new "
        "URLSafeTimedSerializer URLSafeSerializer TimestampSigner "
        "TimedJSONWebSignatureSerializer setSigningKey InMemory.plainText HS256Key withSecret "
        "ngx.hmac_sha1",
    ),
    (
        _SIGNING,
        1,
        "jwt.sign jwt.encode jwt.verify jwt.decode JWT.encode JWT.decode JWT.sign JWT.verify "
        "Jwt.sign Jwt.encode Jwt.decode jsonwebtoken.sign jsonwebtoken.verify hmac.New "
        "createHmac HmacSHA1 HmacSHA256 HmacSHA384 HmacSHA512 HmacMD5 HMAC.hexdigest "
        "HMAC.digest HMAC.base64digest signWith Signer.create CRAMMD5Auth JWT.encode_token "
        "JwtJson.encode JwtCirce.encode JwtSprayJson.encode hs256.sign CCHmac HMAC "
        "hmac_sha1_hex hmac_sha256_hex hmac_sha512_hex "
        "hmac_sha256_base64",
    ),
    (
        _SIGNING,
        2,
        "hash_hmac crypto.hmac",
    ),
    (
        "session secret",
        0,
        "cookieParser cookie_parser NewCookieStore cookie.NewStore csrf.Protect "
        "securecookie.New SessionTransportTransformerMessageAuthentication CookieStore.new "
        "cookieSecret",
    ),
    (
        "secret salt",
        0,
        "Hashids hashids.New Hashids.new StandardPasswordEncoder Pbkdf2PasswordEncoder",
    ),
    (
        "secret salt",
        1,
        "scryptSync pbkdf2Sync Rfc2898DeriveBytes PBKDF2 PBEKeySpec pbkdf2.Key scrypt.Key "
        "Encryptors.text Encryptors.stronger Encryptors.delux Encryptors.standard",
    ),
    (
        "secret salt",
        2,
        "pbkdf2_hmac hashlib.pbkdf2_hmac hash_pbkdf2",
    ),
    (
        "otp secret",
        0,
        "TOTP HOTP pyotp.TOTP pyotp.HOTP TOTP.new HOTP.new Totp Hotp Secret.Encoded "
        "totp.GenerateCode totp.Validate hotp.GenerateCode NewDefaultTOTP NewDefaultHOTP "
        "gotp.NewTOTP authenticator.generate authenticator.check Secret.fromBase32 checkCode "
        "getCode TwoFactorAuth.getCode ValidateTwoFactorPIN GetCurrentPIN",
    ),
    # --- tokens and the secrets of applications
    (
        _TOKEN,
        0,
        "bearer_auth bearerAuth BearerTokenAuth withBearerToken setBearerToken withToken "
        "TelegramBot Telegraf telebot.TeleBot TeleBot NewBotAPI tgbotapi.NewBotAPI WebClient "
        "Octokit.new OAuth2BearerToken AzureKeyCredential ApiKeyCredential oauth2.AccessToken "
        "StaticTokenSource client.login bot.login bot.run client.run InstallGlobalToken "
        "setAuthToken telegram.Bot setBearerAuth BearerTokens Github "
        "withAccessToken Updater SendGridAPIClient PostmarkClient ServerClient LineBotApi "
        "SlackClient NewTokenClient openai.NewClient BearerTokenCredentials "
        "dropbox.Dropbox Dropbox Blynk.begin",
    ),
    (
        _TOKEN,
        1,
        "influxdb2.NewClient InfluxDBClientFactory.create gitlab.Gitlab Gitlab BearerTokens "
        "supabase.createClient createClient create_client TwilioClient.Init Twilio.init "
        "set_access_token Firebase.begin SearchClient.create algoliasearch NewTokenClient",
    ),
    (
        _TOKEN,
        3,
        "ThingSpeak.writeField ThingSpeak.setField",
    ),
    (
        "authorization",
        1,
        "AuthenticationHeaderValue",
    ),
    (
        _SECRET,
        0,
        "Secret.fromString",
    ),
    (
        _SECRET,
        1,
        "OAuth2 OAuthHandler OAuth1 OAuth1Session OAuthConsumer TwitterOAuth "
        "ConfidentialClientApplication twilio.rest.Client Twilio setClientCredentials",
    ),
    (
        _SECRET,
        2,
        "ClientSecretCredential omniauth provider",
    ),
    (
        "token secret",
        3,
        "OAuth1 OAuth1Session TwitterOAuth",
    ),
    (
        _ACCESS,
        1,
        "NewStaticCredentials NewStaticV4 NewStaticV2 NewStaticCredentialsProvider "
        "BasicAWSCredentials BasicSessionCredentials AwsBasicCredentials.create "
        "AwsSessionCredentials.create StorageSharedKeyCredential NewSharedKeyCredential "
        "AzureNamedKeyCredential StorageCredentials AWSCredentials Aws.Credentials.new "
        "connect_s3 S3Connection boto.connect_s3 CosmosClient DocumentClient credentials "
        "AWS.Credentials",
    ),
)
"""What the argument is, its place from 0, and the functions; `.` stands for `::` and `->`, too."""

_LOOSE = frozenset(
    """
    login Login log_in logIn authenticate Authenticate Bind bind createUser create_user addUser
    AddUser FTP Credentials provider omniauth CreateAsync UserInfo pbkdf2 Totp Hotp TOTP HOTP
    UserPass Gitlab Twilio WebClient client.login client.run bot.run bot.login encoder.encode
    SecretBox HMAC smtp.auth Key.from_slice GenericArray.from_slice PConnect NConnect
    driver.connect env.connect withToken Secret.fromString setAuthentication
    Hashids setCredentials CookieStore.new getCode checkCode from_key client.connect
    redis.Redis Github Transport.send transport.connect store.connect X509Certificate
    Dropbox OAuth2 SMBConnection mqtt.connect Updater set_access_token mysqlx.Session getSession
    algoliasearch ServerClient basic credentials createClient create_client AuthenticateAsync
    SftpClient SshClient
    """.split()  # noqa: SIM905 (a word a line would fill the file)
)
"""Names that other things have, too: of their arguments a mere word is no secret."""


class Place(NamedTuple):
    """Where a function takes a secret."""

    number: int
    """Among the arguments, from 0."""
    what: str
    """What it is, one of the names of a signature."""
    loose: bool
    """Other functions are called like this, too."""


_TOGETHER = 64
"""Names in one expression: hyperscan refuses larger ones."""


def _places() -> dict[str, tuple[Place, ...]]:
    found: dict[str, tuple[Place, ...]] = {}
    for word, number, names in ROWS:
        for name in names.split():
            found[name] = (*found.get(name, ()), Place(number, word, name in _LOOSE))
    return found


PLACES: dict[str, tuple[Place, ...]] = _places()


def places(name: str) -> tuple[Place, ...]:
    """Return where a function takes secrets.

    Args:
        name: with what it is called on, dotted.
    """
    before, _, last = name.rpartition(".")
    qualified = f"{before.rpartition('.')[2].lstrip('$')}.{last}"
    found = PLACES.get(qualified, ())
    # A call by itself or of something called alike may be another one: client.login("...").
    return found if found and not found[0].loose else (*found, *PLACES.get(last, ()))


def gates() -> list[str]:
    """Return expressions that see all these calls with a text among their first arguments."""
    names = sorted(name.replace(".", r"[.:>-]{1,2}") for name in PLACES)
    return [
        r"\b(?:omniauth|provider)[ ]:\w{1,24},[^\n\"']{1,40}[\"']",
        *_expressions(names),
    ]


def _expressions(names: list[str]) -> list[str]:
    return [
        rf"\b(?:{'|'.join(names[first : first + _TOGETHER])})(?:\[\w{{1,60}}\]|<\w{{1,60}}>)?[ ]?"
        rf"\([^\n;\"'`]{{0,40}}[\"'`]"
        for first in range(0, len(names), _TOGETHER)
    ]
