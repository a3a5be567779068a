"""Options and arguments of programs by which credentials are handed over, as rows of data."""

from __future__ import annotations

from typing import NamedTuple


class Option(NamedTuple):
    """What an option of a program means.

    Attributes:
        name: what its value is: `password`; or how it is put together: `user:password`, `header`
            (`Name: value`), `pair` (`name=value`), `pairs` (several, with commas or blanks
            between), `source` (`pass:value`), `script` (commands).
        joined: whether the value may follow without a blank.
        apart: whether the value may be the next word.
    """

    name: str
    joined: bool
    apart: bool


_OPTIONS = """
mysql mysqldump mysqladmin mysqlimport mysqlcheck mysqlshow mysqlslap mysqlsh | -p+ | password
mariadb mariadb-dump mariadb-admin mycli xtrabackup mariabackup innobackupex | -p+ | password
mysqlbinlog mysql_upgrade | -p+ | password
mysql mysqldump mysqladmin mysqlimport mysqlcheck mariadb mariadb-dump mariadb- | -u? -U? | user
admin mycli psql | -u? -U? | user
curl | -u? --user -U? --proxy-user | user:password
curl wget http https xh httpie ab wrk hey siege grpcurl | -H? --header --proxy-header | header
websocat wscat xhs aria2c newman oha vegeta bombardier | -H? --header --proxy-header | header
curl | -b? --cookie | cookie
curl | --oauth2-bearer | token
curl | --pass --key-passwd --proxy-pass --tlspassword --proxy-tlspassword | password
http https xh | -a? --auth | user:password
ab siege | -A? -P? | user:password
wget | --password --http-password --ftp-password --proxy-password | password
sshpass | -p? | password
docker podman nerdctl buildah skopeo | -p? --password --creds --src-creds --dest-creds | password
helm crane oras az cf ibmcloud oc mongo | -p? --password --creds --src-creds --dest-creds | password
mongosh mongodump mongorestore | -p? --password --creds --src-creds --dest-creds | password
mongoexport mongoimport mongostat | -p? --password --creds --src-creds --dest-creds | password
influx cqlsh nodetool rclone jfrog jf | -p? --password --creds --src-creds --dest-creds | password
twine scp kinit couchbase-cli cbbackup | -p? --password --creds --src-creds --dest-creds | password
docker podman nerdctl | -e? --env --build-arg --label | pair
redis-cli valkey-cli keydb-cli redis-benchmark | -a? --pass | password
mongo mongosh mongodump mongorestore mongoexport mongoimport | -u? --username | user
ldapsearch ldapadd ldapmodify ldapdelete ldappasswd ldapwhoami ldapcompare | -w? -s? | password
ldapmodrdn | -w? -s? | password
snmpwalk snmpget snmpset snmpbulkwalk snmpbulkget snmptrap snmptable snmpgetnext | -c? | community
snmpwalk snmpget snmpset snmpbulkwalk snmpbulkget snmptrap | -A? -X? | password
smbclient rpcclient smbmap smbget net smbcacls smbtree nmblookup | -U? --user | user%password
impacket-psexec crackmapexec cme netexec nxc evil-winrm hydra medusa | -p? | password
openssl | -passin -passout -pass -password -passwd | source
openssl | -k | password
7z 7za 7zr 7zz | -p+ | password
rar unrar | -p+ -hp+ | password
zip unzip zipcloak | -P? | password
gpg gpg2 gpgsm | --passphrase | password
keytool  | -storepass -keypass -srcstorepass -deststorepass -destkeypass -srckeypass -new | password
jarsigne | -storepass -keypass -srcstorepass -deststorepass -destkeypass -srckeypass -new | password
r | -storepass -keypass -srcstorepass -deststorepass -destkeypass -srckeypass -new | password
signtool | -p /p | password
codesign security | -p? -P? | password
sqlcmd bcp osql isql sqlpackage tsql | -P? | password
sqlplus exp imp expdp impdp rman sqlldr | -logon | password
clickhouse-client clickhouse | --password | password
ipmitool | -P? | password
mosquitto_pub mosquitto_sub kcat amqp-publish nats | -P? --pw --pass | password
xfreerdp wlfreerdp rdesktop xfreerdp3 | -p? /p: | password
lftp ncftp ncftpget ncftpput | -u? | user,password
ncftp ncftpget ncftpput pdftotext | -p? -upw -opw | password
mount mount.cifs | -o? | pairs
kubectl oc | --from-literal | pair
kubectl oc helm vault | --token --docker-password | token
helm | --set --set-string --set-literal --set-json | pairs
ansible ansible-playbook ansible-pull ansible-console | -e? --extra-vars | pairs
terraform tofu terragrunt packer opentofu | -var --var | pair
java mvn gradle gradlew mvnw sbt ant | -D+ -P+ | pair
gh glab | -b? --body | value
chpasswd usermod useradd | -p? | password
sh bash zsh dash ash ksh su eval | -c | script
psexec | -p? | password
az | -p? --password --client-secret | password
svn hg cvs git-credential | --password | password
influx | -password | password
msfvenom sqlmap nikto | --auth-cred | user:password
nmcli | password | password
tmate ngrok cloudflared | --token --authtoken | token
"""
"""Programs | options | meaning. `-p+`: the value follows at once. `-p?`: at once or as the next
word. Others: as the next word, or behind an equals sign."""

_WORDS = """
aws configure set <name> <value>
npm config set <name> <value>
npm set <name> <value>
yarn config set <name> <value>
pnpm config set <name> <value>
pip config set <name> <value>
git config <name> <value>
composer config <name> <user> <password>
poetry config <name> <user> <password>
pulumi config set <name> <value>
consul kv put <name> <value>
etcdctl put <name> <value>
gcloud config set <name> <value>
snap set <name> <value>
setx <name> <value>
setenv <name> <value>
set_config <name> <value>
redis-cli config set <name> <value>
redis-cli auth <password>
mysqladmin password <password>
rabbitmqctl add_user <user> <password>
rabbitmqctl change_password <user> <password>
htpasswd * <user> <password>
wpa_passphrase * <password>
ejabberdctl register <user> * <password>
mc alias set * * <access_key> <secret_key>
mc config host add * * <access_key> <secret_key>
vault login <token>
vault operator unseal <key>
vault unseal <key>
net user <user> <password>
net use * <password>
cmdkey /pass <password>
expect_password <password>
fly auth token <token>
asadmin create-password-alias <password>
occ user:add <user> <password>
sqlplus <user/password>
"""
"""Program, the words that have to follow, and what the words behind these are."""

_WRAPPERS = """
root www-data postgres nobody deploy ubuntu sudo doas env exec time nohup nice ionice timeout
xargs watch command builtin docker docker-compose podman nerdctl kubectl oc k3s minikube gosu
su-exec chroot runuser setsid stdbuf strace ssh then do else if while until not ! @ - -- tini
dumb-init unbuffer parallel flock systemd-run args pipenv poetry uv npx bundle lando ddev vagrant
op doppler infisical aws-vault
"""
SHELLS = {"sh", "bash", "zsh", "dash", "ash", "ksh", "su", "eval", "ssh"}
"""Programs that run a text that they are given."""

PIPED = {
    "chpasswd": "user:password",
    "docker": "password",
    "podman": "password",
    "helm": "password",
    "nerdctl": "password",
    "buildah": "password",
    "skopeo": "password",
    "sudo": "password",
    "passwd": "password",
    "gh": "token",
    "glab": "token",
    "kinit": "password",
    "smbpasswd": "password",
    "cryptsetup": "password",
}
"""Program to what its standard input is, if an option or the program itself says so."""


def _options() -> dict[str, dict[str, Option]]:
    table: dict[str, dict[str, Option]] = {}
    for line in _OPTIONS.strip().split("\n"):
        programs, flags, name = (cell.strip() for cell in line.split("|"))
        for program in programs.split():
            own = table.setdefault(program, {})
            for flag in flags.split():
                option = Option(name, flag[-1] in "+?:", flag[-1] not in "+:")
                own.setdefault(flag.rstrip("+?"), option)
    return table


OPTIONS: dict[str, dict[str, Option]] = _options()
"""Program to its options."""

WORDS: dict[str, tuple[tuple[str, ...], ...]] = {}
"""Program to the orders of words that it knows, without itself."""
for _line in _WORDS.strip().split("\n"):
    _program, *_rest = _line.split()
    WORDS[_program] = (*WORDS.get(_program, ()), tuple(_rest))

WRAPPERS: frozenset[str] = frozenset(_WRAPPERS.split())
"""Programs behind whose own words another program may follow."""
