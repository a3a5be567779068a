"""Names of files in which programs keep credentials: what `signatures/languages/files.toml` says.

Every file of a scan is asked for its name, so this is told without reading that. A test holds the
two together.
"""

from __future__ import annotations

NAMES = frozenset(
    """
    .am_passphrase .boto .cloginrc .condarc .cvspass .dbeaver-data-sources.xml .erlang.cookie
    .esmtprc .fetchmailrc .ftpconfig .ftppass .git-credentials .gitconfig .gitmodules .hgrc
    .google_authenticator .htaccess .mailrc .mbsyncrc .mongorc.js .mongoshrc.js .monitrc .msmtp
    .msmtprc .muttrc .my.cnf .offlineimaprc .pgpass .s3cfg .vpnc .yarnrc.yml 3proxy.cfg
    accounts.xml advanced.config amportal.conf anaconda-ks.cfg apache2.conf ari.conf
    application-users.properties
    artemis-users.properties authinfo autoexec.cfg beserver.cfg beserver_x64.cfg boto.cfg
    cdr_mysql.conf client-info clients.conf cloginrc collectd.conf condarc config.boot couchdb.ini
    cqlshrc crowd.properties cruise-config.xml default-auth-info dovecot-ldap.conf
    dovecot-ldap.conf.ext ejabberdctl.cfg emqx.conf erlang.cookie esmtprc fetchmailrc
    filezilla.xml fluent-bit.conf fluent.conf fluentd.conf frpc.ini frpc.toml frps.ini frps.toml
    getmailrc gitconfig hashloginservice.properties hgrc hostapd.psk hostapd.wpa_psk httpd.conf
    inspircd.conf ipsec.secrets ircd.conf isyncrc jetty-realm.properties keepalived.conf
    keepass.csv kickstart.cfg ks.cfg ldap.secret libnss-ldap.secret links.conf listenserver.cfg
    local.ini localconfig.xml mail.rc mbsyncrc mongo-keyfile mongo.key mongo.keyfile
    mongod.keyfile mongodb-keyfile mongodb.key mongodb.keyfile mongorc.js monitrc mosquitto.passwd
    motion.conf motioneye.conf msmtprc mumble-server.ini munin-node.conf munin.conf murmur.ini
    muttrc my.ini nail.rc neo-datasource.xml neo-mail.xml neo-query.xml neomuttrc ngircd.conf
    offlineimaprc opendkim.conf opers.conf pam_ldap.secret pam_radius.conf pam_radius_auth.conf
    pdns.conf pgpass pgpass.conf pip.conf pip.ini proftpd.conf proxy.conf pureftpd-ldap.conf
    pureftpd-mysql.conf pureftpd-pgsql.conf q3config.cfg rabbitmq-env.conf rabbitmq.config
    realm.properties recentservers.xml recursor.conf redis-sentinel.conf redis.acl res_pgsql.conf
    resource.cfg router.db rt_siteconfig.pm s-nail.rc sabnzbd.ini sentinel.conf server.cfg
    serverdz.cfg shiro.ini
    servers.xml servlist.conf servlist_.conf sftp-config.json sitemanager.xml snmp.conf
    snmpd.conf snmptrapd.conf spark-defaults.conf sql.conf ssmtp.conf svn-passwd svnserve.passwd
    swanctl.conf tac_plus.cfg tac_plus.conf tacacs.conf td-agent.conf tinyproxy.conf ultravnc.ini
    unrealircd.conf upsmon.conf users.acl users.conf users.properties uv.toml virtual_users.txt
    vpnc.conf vsftpd_login.txt znc.conf
    """.split()  # noqa: SIM905 (a name a line would fill the file)
)
"""Whole names that say enough, in small letters."""
WITHIN = frozenset(
    """
    auth authorize config credentials credentials.toml ddns dropbear hex.config keyfile login.txt
    logins.txt network openvpn passdb passwd password_file passwords pwfile remotes sec.conf
    secrets server servers users users.txt wireless
    """.split()  # noqa: SIM905 (as above)
)
"""Whole names that say something below certain folders alone."""
ENDS = (
    "-keyfile",
    "-users.properties",
    ".acl",
    ".cnf",
    ".conf",
    ".ext",
    ".ks",
    ".ldif",
    ".ovpn",
    ".rsc",
    ".secrets",
    ".wpa_psk",
    "jaas.conf",
    "jaas.config",
    "server.cfg",
)
"""How other names end: any, where a folder says the rest."""
FOLDERS = frozenset(
    """
    plugin-conf.d sites-available sites-enabled svn.simple svn.ssl.client-passphrase
    """.split()  # noqa: SIM905 (as above)
)
"""Folders of which every file may be one."""


def may_keep(path: str) -> bool:
    """Say whether a program may keep credentials in a file, by its name and folder.

    Args:
        path: of the file; both kinds of slashes count.
    """
    whole = path.replace("\\", "/").replace("!", "/").lower()
    folder, _, name = whole.rpartition("/")
    return (
        name in NAMES
        or name in WITHIN
        or name.endswith(ENDS)
        or folder[folder.rfind("/") + 1 :] in FOLDERS
    )
