/* SPDX-License-Identifier: Apache-2.0 */
/* The table of fixes, in the order of the reasons: for any product first, then what only one word or product is about. */
#include "model/fix.h"

#define OKTA_SAML "In Okta, open the app and *General › SAML Settings › Edit › Configure SAML*"
#define OKTA_ATTRIBUTES "In Okta, open the app, its tab *Sign On* and *Attribute statements › Show legacy configuration › Edit*"
#define ONELOGIN_CONFIGURATION "In OneLogin, open the app and its tab *Configuration*"
#define ENTRA_SSO "In the Microsoft Entra admin center, open *Enterprise apps*, the application and *Single sign-on*"
#define ADFS_TRUST "In AD FS Management, open *Relying Party Trusts*, the properties of our trust"
#define GOOGLE_APP "In the Google Admin console, open *Apps › Web and mobile apps* and the app"
#define KEYCLOAK_CLIENT "In Keycloak's admin console, open *Clients* and our client"
#define NEW_METADATA " Paste it on the settings page here, and press *Save*."

/* {REASON, word, product, text} */
const ik_fix_row_t ik_fix_rows[] = {
    { IK_REASON_MALFORMED, NULL, NULL,
      "Set the application up as SAML 2.0 with the HTTP-POST binding, and let it send its answers to {acs}. WS-Federation, SAML 1.1 and "
      "opening that address by hand lead here too." },
    { IK_REASON_MALFORMED, "LogoutRe", NULL,
      "A message for signing out came to the address for signing in. At the identity provider, the single logout URL is the one that the "
      "settings page shows, not {acs}." },
    { IK_REASON_MALFORMED, NULL, "adfs",
      ADFS_TRUST " and the tab *Endpoints*: there has to be one of the type *SAML Assertion Consumer* with the binding *POST* for {acs}, and "
      "on the tab *Advanced* nothing of WS-Federation is needed." },
    { IK_REASON_MALFORMED, NULL, "keycloak", KEYCLOAK_CLIENT ": the client type has to be *SAML*, and *Force POST binding* *On*." },

    { IK_REASON_TOO_LARGE, NULL, NULL,
      "Send fewer attributes: nearly always a list of groups is too long. Filter the groups that are sent, or leave them out." },
    { IK_REASON_TOO_LARGE, NULL, "okta", OKTA_SAML ": in *Group Attribute Statements*, filter the groups that are sent." },
    { IK_REASON_TOO_LARGE, NULL, "entra",
      ENTRA_SSO ", then *Attributes & Claims* and the group claim: choose *Groups assigned to the application*." },
    { IK_REASON_TOO_LARGE, NULL, "adfs",
      "In AD FS, edit the claim issuance policy of our trust: instead of *Token-Groups*, send only the groups that we need." },

    { IK_REASON_STRUCTURE_FORBIDDEN, NULL, NULL,
      "Let the message come as the identity provider makes it: one assertion, signed by the standard method, with an AuthnStatement. "
      "Switch off whatever edits it on its way. If nothing does, somebody may have tampered with it: tell our support the trace id." },
    { IK_REASON_STRUCTURE_FORBIDDEN, "AuthnStatement", NULL,
      "The assertion does not say when the person signed in (AuthnStatement). Have the identity provider include it." },
    { IK_REASON_STRUCTURE_FORBIDDEN, "AuthnStatement", "keycloak",
      KEYCLOAK_CLIENT ", tab *Settings*: turn *Include AuthnStatement* *On*." },

    { IK_REASON_UNKNOWN_ACCOUNT, NULL, NULL,
      "Set the attribute {claim_account} to the account id exactly as the settings page shows it: upper and lower case count, and no space or "
      "placeholder may be left." },
    { IK_REASON_UNKNOWN_ACCOUNT, NULL, "okta",
      OKTA_ATTRIBUTES ": the value of {claim_account} is the account id in double quotes, as the settings page shows it." },
    { IK_REASON_UNKNOWN_ACCOUNT, NULL, "onelogin",
      "In OneLogin, open the app and its tab *Parameters*: the macro of {claim_account} is the account id that the settings page shows." },
    { IK_REASON_UNKNOWN_ACCOUNT, NULL, "entra",
      ENTRA_SSO ", then *Attributes & Claims*: the source attribute of {claim_account} is the account id in double quotes, as the settings "
      "page shows it." },
    { IK_REASON_UNKNOWN_ACCOUNT, NULL, "adfs",
      "In AD FS, edit the claim rule that issues {claim_account}: its Value is the account id that the settings page shows." },
    { IK_REASON_UNKNOWN_ACCOUNT, NULL, "google",
      "In the Google Admin console, open the person under *Directory › Users › User information*: the field {claim_account} is the account id "
      "that the settings page shows." },
    { IK_REASON_UNKNOWN_ACCOUNT, NULL, "keycloak",
      KEYCLOAK_CLIENT ", *Client scopes*, the scope that ends in *-dedicated*: the *Attribute value* of the mapper {claim_account} is the "
      "account id that the settings page shows." },

    { IK_REASON_SSO_DISABLED, NULL, NULL,
      "Download the metadata XML of your identity provider, paste it on the settings page here, test it and press *Save*." },
    { IK_REASON_SSO_DISABLED, "cannot be used", NULL,
      "The saved metadata cannot be used any more. Download it from your identity provider again, paste it on the settings page and press "
      "*Save*: the page says what is wrong with it." },

    { IK_REASON_ISSUER_MISMATCH, NULL, NULL,
      "Download the metadata of the application that sent this message." NEW_METADATA " If the metadata here is the right one, people use "
      "another application of the identity provider than the one that was set up for us." },
    { IK_REASON_ISSUER_MISMATCH, NULL, "okta",
      "Each app of Okta has an Issuer of its own. Open the app that people use, its tab *Sign On*, and *View IdP metadata* of the active "
      "certificate." NEW_METADATA },
    { IK_REASON_ISSUER_MISMATCH, NULL, "onelogin",
      "Each app of OneLogin has an Issuer of its own (*Issuer URL* on the tab *SSO*). In the app that people use, choose *More Actions › SAML "
      "Metadata*." NEW_METADATA },
    { IK_REASON_ISSUER_MISMATCH, NULL, "entra",
      "The message comes from another directory (tenant) of Entra ID, or through a custom Issuer. " ENTRA_SSO ", *SAML Certificates*, and "
      "download *Federation Metadata XML*." NEW_METADATA },
    { IK_REASON_ISSUER_MISMATCH, NULL, "keycloak",
      "The realm or the address of Keycloak has changed (with and without /auth, or another host name). Open *Realm settings › General › SAML "
      "2.0 Identity Provider Metadata*." NEW_METADATA },

    { IK_REASON_SIGNATURE_MISSING, NULL, NULL, "Have the identity provider sign the assertion, or the response, or both." },
    { IK_REASON_SIGNATURE_MISSING, NULL, "okta",
      OKTA_SAML " and *Show Advanced Settings*: set *Response* and *Assertion Signature* to *Signed*." },
    { IK_REASON_SIGNATURE_MISSING, NULL, "onelogin", ONELOGIN_CONFIGURATION ": set *SAML signature element* to *Both*." },
    { IK_REASON_SIGNATURE_MISSING, NULL, "entra",
      ENTRA_SSO ", then *Edit* beside *Token signing certificate*: set *Signing Option* to *Sign SAML response and assertion*." },
    { IK_REASON_SIGNATURE_MISSING, NULL, "adfs",
      "In PowerShell on the AD FS server: Set-AdfsRelyingPartyTrust -TargetName NAME -SamlResponseSignature MessageAndAssertion." },
    { IK_REASON_SIGNATURE_MISSING, NULL, "google", GOOGLE_APP ", *Service provider details*: tick *Signed response*." },
    { IK_REASON_SIGNATURE_MISSING, NULL, "keycloak",
      KEYCLOAK_CLIENT ", tab *Settings*: turn *Sign documents* and *Sign assertions* *On*." },

    { IK_REASON_SIGNATURE_INVALID, NULL, NULL,
      "The identity provider signs with a key that the saved metadata does not list: most often its certificate was renewed. Download its "
      "metadata again." NEW_METADATA " If that does not help, something between the identity provider and us changes the message." },
    { IK_REASON_SIGNATURE_INVALID, "changed after it was signed", NULL,
      "The message shows the right certificate, so the metadata is in order. Whatever stands between the identity provider and us (a proxy, a gateway, "
      "an extension of the browser) must not change it. If nothing does, somebody may have tampered with it: tell our support the trace id." },
    { IK_REASON_SIGNATURE_INVALID, "another identity provider", NULL,
      "The message names this account, but comes from another identity provider than the one whose metadata is saved here. Either the account id in "
      "{claim_account} is wrong there, and belongs to another account; or the metadata here is not that of the application that people use." },
    { IK_REASON_SIGNATURE_INVALID, NULL, "okta",
      "In Okta, open the app, its tab *Sign On* and *SAML Signing Certificates*: beside the certificate that is *Active*, choose *Actions › "
      "View IdP metadata*." NEW_METADATA },
    { IK_REASON_SIGNATURE_INVALID, NULL, "onelogin",
      "In OneLogin, open the app: its tab *SSO* shows the certificate that it signs with. Choose *More Actions › SAML Metadata*." NEW_METADATA },
    { IK_REASON_SIGNATURE_INVALID, NULL, "entra",
      "Each application of Entra ID has a certificate of its own. " ENTRA_SSO ", *SAML Certificates*, and download *Federation Metadata "
      "XML*." NEW_METADATA },
    { IK_REASON_SIGNATURE_INVALID, NULL, "adfs",
      "AD FS has renewed its token-signing certificate. Download https://YOUR-AD-FS/FederationMetadata/2007-06/"
      "FederationMetadata.xml." NEW_METADATA " To have this done by itself, give its address here instead." },
    { IK_REASON_SIGNATURE_INVALID, NULL, "google",
      GOOGLE_APP ", and choose *Download metadata*: its certificate was changed under *Security › Authentication › SSO with SAML "
      "applications*." NEW_METADATA },
    { IK_REASON_SIGNATURE_INVALID, NULL, "keycloak",
      "In Keycloak's admin console, open *Realm settings › General › SAML 2.0 Identity Provider Metadata*: the key of the realm was "
      "rotated." NEW_METADATA },

    { IK_REASON_ALGORITHM_FORBIDDEN, NULL, NULL,
      "Have the identity provider sign with RSA-SHA256 and a key of 2,048 bits or more; for encryption, RSA-OAEP with AES-GCM." },
    { IK_REASON_ALGORITHM_FORBIDDEN, "sha1", NULL,
      "Choose SHA-256 for signatures at the identity provider: SHA-1 can be forged. Where that takes time, the option for SHA-1 on the "
      "settings page tolerates it until a day." },
    { IK_REASON_ALGORITHM_FORBIDDEN, "sha1", "okta",
      OKTA_SAML " and *Show Advanced Settings*: set *Signature Algorithm* to *RSA-SHA256* and *Digest Algorithm* to *SHA256*." },
    { IK_REASON_ALGORITHM_FORBIDDEN, "sha1", "onelogin",
      "In OneLogin, open the app and its tab *SSO*: set *SAML Signature Algorithm* to *SHA-256*. Apps there are created with SHA-1." },
    { IK_REASON_ALGORITHM_FORBIDDEN, "sha1", "entra",
      ENTRA_SSO ", then *Edit* beside *Token signing certificate*: set *Signing Algorithm* to *SHA-256*." },
    { IK_REASON_ALGORITHM_FORBIDDEN, "sha1", "adfs", ADFS_TRUST " and the tab *Advanced*: set *Secure hash algorithm* to *SHA-256*." },
    { IK_REASON_ALGORITHM_FORBIDDEN, "sha1", "keycloak", KEYCLOAK_CLIENT ", tab *Settings*: set *Signature algorithm* to *RSA_SHA256*." },

    { IK_REASON_DECRYPTION_FAILED, NULL, NULL,
      "The identity provider encrypts for a certificate that is not ours, or not any more. Give it our current metadata, which the settings "
      "page links to; or switch the encryption of assertions off." },
    { IK_REASON_DECRYPTION_FAILED, NULL, "okta",
      OKTA_SAML " and *Show Advanced Settings*: upload our current certificate as *Encryption Certificate*, or set *Assertion Encryption* to "
      "*Unencrypted*." },
    { IK_REASON_DECRYPTION_FAILED, NULL, "onelogin",
      ONELOGIN_CONFIGURATION ": put our current certificate into *SAML Encryption*, or untick *Encrypt assertion*." },
    { IK_REASON_DECRYPTION_FAILED, NULL, "entra",
      "In the Microsoft Entra admin center, open *Enterprise apps*, the application and *Token encryption*: import our current certificate "
      "and activate it, or deactivate the encryption." },
    { IK_REASON_DECRYPTION_FAILED, NULL, "adfs", ADFS_TRUST " and the tab *Encryption*: choose our current certificate, or *Remove*." },
    { IK_REASON_DECRYPTION_FAILED, NULL, "keycloak",
      KEYCLOAK_CLIENT ", tab *Keys*: import our current certificate below *Encryption keys config*, or turn *Encrypt assertions* off." },
    { IK_REASON_STATUS_NOT_SUCCESS, NULL, NULL,
      "The identity provider itself ended the sign-in: its log says why. Most often the person is not assigned to the application, or did not "
      "complete the sign-in there." },
    { IK_REASON_STATUS_NOT_SUCCESS, "InvalidNameIDPolicy", NULL,
      "The identity provider issues no e-mail address as NameID. Set the format of the NameID to *emailAddress*, and see to it that the person "
      "has an e-mail address there." },
    { IK_REASON_STATUS_NOT_SUCCESS, "InvalidNameIDPolicy", "adfs",
      "In AD FS, edit the claim issuance policy of our trust: a rule has to send *E-Mail Address* as *Name ID* with the outgoing format "
      "*Email*, and the person needs an e-mail address in Active Directory." },
    { IK_REASON_STATUS_NOT_SUCCESS, "InvalidNameIDPolicy", "entra",
      ENTRA_SSO ", then *Attributes & Claims* and *Unique User Identifier (Name ID)*: the format is *Email address*, the source attribute "
      "*user.mail*." },
    { IK_REASON_STATUS_NOT_SUCCESS, "InvalidNameIDPolicy", "keycloak",
      KEYCLOAK_CLIENT ", tab *Settings*: set *Name ID format* to *email* and turn *Force name ID format* *On*; the person needs an e-mail "
      "address." },
    { IK_REASON_STATUS_NOT_SUCCESS, "AADSTS75011", NULL,
      "The person had signed in to Entra ID by another method than was asked for (with a certificate, say). Nothing has to be changed at Entra "
      "ID: what we ask for does not fit. Tell our support the trace id." },
    { IK_REASON_STATUS_NOT_SUCCESS, "AADSTS50105", NULL,
      "The person is not assigned to the application: in the Microsoft Entra admin center, open *Enterprise apps*, the application and *Users "
      "and groups*, and choose *Add user/group*. The members of groups inside a group do not count." },
    { IK_REASON_STATUS_NOT_SUCCESS, "NoPassive", NULL,
      "The identity provider was asked to sign the person in without showing anything, and could not: the person signs in at {login} once, and "
      "sees the pages of the identity provider then." },
    { IK_REASON_STATUS_NOT_SUCCESS, "AuthnFailed", NULL,
      "The person did not get through the sign-in at the identity provider: wrong password, second factor not given, cancelled, or blocked by a "
      "rule for devices or places. The sign-in log of the identity provider says which." },
    { IK_REASON_STATUS_NOT_SUCCESS, "AuthnFailed", "okta",
      "In the Okta Admin Console, open *Reports › System Log* and search for the person: a policy, the second factor or a missing assignment "
      "(tab *Assignments* of the app) stopped the sign-in." },
    { IK_REASON_STATUS_NOT_SUCCESS, "NoAuthnContext", NULL,
      "The identity provider cannot sign people in by the method that we demand. Ask our support to demand another one, or none." },
    { IK_REASON_STATUS_NOT_SUCCESS, "RequestDenied", NULL,
      "The identity provider refuses this person or our requests: check who is assigned to the application, and its rules of access." },
    { IK_REASON_STATUS_NOT_SUCCESS, "RequestDenied", "adfs",
      ADFS_TRUST ": *Edit Access Control Policy* has to permit the person, and if there is a certificate on the tab *Signature*, our requests "
      "have to be signed." },
    { IK_REASON_STATUS_NOT_SUCCESS, "status:Requester", NULL,
      "The identity provider did not accept our request: compare entity ID ({entity_id}) and single sign-on URL ({acs}) there, and whether it "
      "wants our requests to be signed." },
    { IK_REASON_STATUS_NOT_SUCCESS, "status:Requester", "keycloak",
      KEYCLOAK_CLIENT ", tab *Keys*: turn *Client signature required* off, or import our certificate there. The *Client ID* has to be "
      "{entity_id}." },
    { IK_REASON_STATUS_NOT_SUCCESS, NULL, "adfs",
      "On the AD FS server, open the Event Viewer, *Applications and Services Logs › AD FS › Admin*, at the time of the sign-in: the event "
      "(MSIS…) says which rule or setting of our trust ended it." },

    { IK_REASON_AUDIENCE_MISMATCH, NULL, NULL,
      "Set the audience (Entity ID of the service) to {entity_id}. It is compared character by character: a slash at the end, http, or a "
      "missing or another #account make a difference." },
    { IK_REASON_AUDIENCE_MISMATCH, NULL, "okta", OKTA_SAML ": set *Audience URI (SP Entity ID)* to {entity_id}." },
    { IK_REASON_AUDIENCE_MISMATCH, NULL, "onelogin", ONELOGIN_CONFIGURATION ": set *Audience (EntityID)* to {entity_id}." },
    { IK_REASON_AUDIENCE_MISMATCH, NULL, "entra",
      ENTRA_SSO ", then *Edit* beside *Basic SAML Configuration*: set *Identifier (Entity ID)* to {entity_id} and make it the *Default*. What "
      "the directory puts before it (spn:) comes from a wrong identifier." },
    { IK_REASON_AUDIENCE_MISMATCH, NULL, "adfs",
      ADFS_TRUST " and the tab *Identifiers*: the only *Relying party identifier* is {entity_id}." },
    { IK_REASON_AUDIENCE_MISMATCH, NULL, "google", GOOGLE_APP ", *Service provider details*: set *Entity ID* to {entity_id}." },
    { IK_REASON_AUDIENCE_MISMATCH, NULL, "keycloak", KEYCLOAK_CLIENT ", tab *Settings*: set *Client ID* to {entity_id}." },

    { IK_REASON_DESTINATION_MISMATCH, NULL, NULL,
      "Set the single sign-on URL (ACS URL, Reply URL) to {acs}. It is compared character by character." },
    { IK_REASON_DESTINATION_MISMATCH, NULL, "okta",
      OKTA_SAML ": set *Single sign-on URL* to {acs}, and tick *Use this for Recipient URL and Destination URL*." },
    { IK_REASON_DESTINATION_MISMATCH, NULL, "onelogin",
      ONELOGIN_CONFIGURATION ": set *ACS (Consumer) URL* to {acs}, and let *ACS (Consumer) URL Validator* be the pattern of our guide." },
    { IK_REASON_DESTINATION_MISMATCH, NULL, "entra",
      ENTRA_SSO ", then *Edit* beside *Basic SAML Configuration*: set *Reply URL* to {acs}." },
    { IK_REASON_DESTINATION_MISMATCH, NULL, "adfs",
      ADFS_TRUST " and the tab *Endpoints*: the *SAML Assertion Consumer* endpoint is {acs}." },
    { IK_REASON_DESTINATION_MISMATCH, NULL, "google", GOOGLE_APP ", *Service provider details*: set *ACS URL* to {acs}." },
    { IK_REASON_DESTINATION_MISMATCH, NULL, "keycloak",
      KEYCLOAK_CLIENT ", tab *Advanced*, *Fine Grain SAML Endpoint Configuration*: set *Assertion Consumer Service POST Binding URL* to "
      "{acs}." },

    { IK_REASON_RECIPIENT_MISMATCH, NULL, NULL,
      "Set the Recipient to {acs}: at most products that is the single sign-on URL (ACS URL, Reply URL), at some a field of its own." },
    { IK_REASON_RECIPIENT_MISMATCH, NULL, "okta",
      OKTA_SAML ": tick *Use this for Recipient URL and Destination URL* below *Single sign-on URL*, which is {acs}." },
    { IK_REASON_RECIPIENT_MISMATCH, NULL, "onelogin", ONELOGIN_CONFIGURATION ": set *Recipient* to {acs}." },
    { IK_REASON_RECIPIENT_MISMATCH, NULL, "entra", ENTRA_SSO ", then *Edit* beside *Basic SAML Configuration*: set *Reply URL* to {acs}." },
    { IK_REASON_RECIPIENT_MISMATCH, NULL, "adfs", ADFS_TRUST " and the tab *Endpoints*: the *SAML Assertion Consumer* endpoint is {acs}." },
    { IK_REASON_RECIPIENT_MISMATCH, NULL, "google", GOOGLE_APP ", *Service provider details*: set *ACS URL* to {acs}." },
    { IK_REASON_RECIPIENT_MISMATCH, NULL, "keycloak",
      KEYCLOAK_CLIENT ", tab *Advanced*, *Fine Grain SAML Endpoint Configuration*: set *Assertion Consumer Service POST Binding URL* to "
      "{acs}." },

    { IK_REASON_SUBJECT_CONFIRMATION_INVALID, NULL, NULL,
      "Use the identity provider's standard SAML 2.0 web application: its assertions have a bearer confirmation with an end (NotOnOrAfter)." },

    { IK_REASON_EXPIRED, NULL, NULL,
      "Sign in again: the page stayed open too long, or an old message was sent again. If it happens to everybody, a clock is wrong: compare "
      "the times above, and have time synchronisation (NTP) checked on both sides." },
    { IK_REASON_EXPIRED, NULL, "adfs",
      "Sign in again. If it happens to everybody, the clock of the AD FS server is slow: check w32tm /query /status there." },
    { IK_REASON_NOT_YET_VALID, NULL, NULL,
      "The clock of the identity provider is ahead of ours. Have time synchronisation (NTP) switched on there." },
    { IK_REASON_NOT_YET_VALID, NULL, "adfs",
      "The clock of the AD FS server is ahead: check w32tm /query /status there. Until it is right, in PowerShell: "
      "Set-AdfsRelyingPartyTrust -TargetName NAME -NotBeforeSkew 3." },

    { IK_REASON_REQUEST_UNKNOWN, NULL, NULL,
      "Start again at {login}, and finish within ten minutes in the same window. If it happens to everybody who starts at the identity provider, "
      "that invents an InResponseTo: the option for that on the settings page tolerates it until a day." },
    { IK_REASON_REQUEST_UNKNOWN, "answered before", NULL,
      "Start again at {login}: the answer was sent twice, by the back button or by loading the page again." },
    { IK_REASON_REQUEST_UNKNOWN, "another account", NULL,
      "The sign-in was started for another account than the one that was answered. At {login}, choose the right account, or sign in with the "
      "e-mail address that belongs to it." },
    { IK_REASON_UNSOLICITED_FORBIDDEN, NULL, NULL,
      "Start at {login}: this account does not accept sign-ins that start at the identity provider. To have them accepted, change the option for "
      "that on the settings page; or put {login} as a bookmark on the start page of the identity provider." },
    { IK_REASON_UNSOLICITED_FORBIDDEN, "bounced", NULL,
      "The identity provider never says which request it answers, so that a sign-in never ends. Have the account accept sign-ins that start at "
      "the identity provider: an option on the settings page." },
    { IK_REASON_UNSOLICITED_FORBIDDEN, NULL, "okta",
      "Start at {login}. For the tile in Okta: create a *Bookmark App* with the address {login}, and hide the tile of the SAML app (*General › "
      "App visibility*)." },
    { IK_REASON_UNSOLICITED_FORBIDDEN, NULL, "onelogin",
      ONELOGIN_CONFIGURATION ": set *SAML initiator* to *Service Provider* and *Login URL* to {login}; or have the account accept sign-ins that "
      "start at OneLogin, an option on the settings page." },
    { IK_REASON_UNSOLICITED_FORBIDDEN, NULL, "entra",
      ENTRA_SSO ", then *Edit* beside *Basic SAML Configuration*: set *Sign on URL* to {login}, and sign-ins from *My Apps* start there." },
    { IK_REASON_REPLAYED, NULL, NULL,
      "Sign in again: a double click, the back button or loading the page again sent the same message twice. If nobody did, tell our support the "
      "trace id." },

    { IK_REASON_NAME_ID_INVALID, NULL, NULL,
      "Set the format of the NameID to *emailAddress*, and its value to the person's e-mail address." },
    { IK_REASON_NAME_ID_INVALID, NULL, "okta", OKTA_SAML ": set *Name ID format* to *EmailAddress* and *Application username* to *Email*." },
    { IK_REASON_NAME_ID_INVALID, NULL, "onelogin",
      ONELOGIN_CONFIGURATION ": set *SAML nameID format* to *Email*; on the tab *Parameters*, *NameID value* is *Email*." },
    { IK_REASON_NAME_ID_INVALID, NULL, "entra",
      ENTRA_SSO ", then *Attributes & Claims* and *Unique User Identifier (Name ID)*: set the format to *Email address* and the source attribute "
      "to *user.mail*. Who has no mailbox has no user.mail." },
    { IK_REASON_NAME_ID_INVALID, NULL, "adfs",
      "In AD FS, edit the claim issuance policy of our trust: a rule has to transform *E-Mail Address* to *Name ID* with the outgoing format "
      "*Email*, and the person needs an e-mail address in Active Directory." },
    { IK_REASON_NAME_ID_INVALID, NULL, "google",
      GOOGLE_APP ", *Service provider details*: set *Name ID format* to *EMAIL* and *Name ID* to *Basic Information › Primary email*." },
    { IK_REASON_NAME_ID_INVALID, NULL, "keycloak",
      KEYCLOAK_CLIENT ", tab *Settings*: set *Name ID format* to *email* and turn *Force name ID format* *On*; the person needs an e-mail "
      "address." },

    { IK_REASON_CLAIM_MISSING, NULL, NULL,
      "Send {claim_account}, {claim_name} and {claim_role} with exactly these names (Name, not FriendlyName), and see to it that the field "
      "behind each is filled in for this person." },
    { IK_REASON_CLAIM_MISSING, NULL, "okta",
      OKTA_ATTRIBUTES ": add a row for each of {claim_account}, {claim_name} and {claim_role} that is missing. A row whose value is empty for "
      "this person is not sent." },
    { IK_REASON_CLAIM_MISSING, NULL, "onelogin",
      "In OneLogin, open the app and its tab *Parameters*: add {claim_account}, {claim_name} and {claim_role}, and tick *Include in SAML "
      "assertion* for each. The role comes from the tab *Rules*: one has to fit this person." },
    { IK_REASON_CLAIM_MISSING, NULL, "entra",
      ENTRA_SSO ", then *Attributes & Claims*: there have to be {claim_account}, {claim_name} and {claim_role}, each with an empty "
      "*Namespace*. The role is sent only to people who have one: see *Users and groups*." },
    { IK_REASON_CLAIM_MISSING, NULL, "adfs",
      "In AD FS, edit the claim issuance policy of our trust: rules have to issue {claim_account}, {claim_name} and {claim_role}. The person "
      "needs a display name, and has to be in one of the groups of the role rules." },
    { IK_REASON_CLAIM_MISSING, NULL, "google",
      GOOGLE_APP ", *SAML attribute mapping*: map {claim_account}, {claim_name} and {claim_role}. Then open the person under *Directory › Users › "
      "User information*, and fill the fields in." },
    { IK_REASON_CLAIM_MISSING, NULL, "keycloak",
      KEYCLOAK_CLIENT ", *Client scopes*, the scope that ends in *-dedicated*: there has to be a mapper for each of {claim_account}, "
      "{claim_name} and {claim_role}, and the person has to be in a group with the attribute of the role." },
    { IK_REASON_CLAIM_MISSING, "groups.link", NULL,
      "The person is in more groups than Entra ID sends (150), so it sent none. In the Microsoft Entra admin center, open the application, *Single "
      "sign-on*, *Attributes & Claims* and the group claim, and choose *Groups assigned to the application*; or use app roles." },

    { IK_REASON_CLAIM_AMBIGUOUS, NULL, NULL,
      "Let each attribute have one value: most often the role comes from two groups that the person is in. Remove one of them, or have role "
      "rules on the settings page choose." },
    { IK_REASON_CLAIM_AMBIGUOUS, NULL, "entra",
      "In the Microsoft Entra admin center, open *Enterprise apps*, the application and *Users and groups*: the person has several roles there, "
      "directly or by groups. Leave one, or have role rules on the settings page choose." },
    { IK_REASON_CLAIM_AMBIGUOUS, NULL, "keycloak",
      KEYCLOAK_CLIENT ", *Client scopes*, the scope that ends in *-dedicated*: two mappers send the same attribute, or *Aggregate attribute "
      "values* is *On* and the person is in two groups." },
    { IK_REASON_CLAIM_AMBIGUOUS, NULL, "google",
      GOOGLE_APP ", *SAML attribute mapping*: the person is in several of the groups below *Group membership*. Leave one of them." },
    { IK_REASON_CLAIM_INVALID, NULL, NULL,
      "Remove line breaks and other invisible characters from the value, in this person's profile or in the mapping, and shorten it to 1,024 "
      "bytes." },

    { IK_REASON_ROLE_FORBIDDEN, NULL, NULL,
      "Send in {claim_role} exactly one of the accepted roles, in lower case with underscores, as the settings page lists them; or add a role "
      "rule on the settings page for the values that came." },
    { IK_REASON_ROLE_FORBIDDEN, NULL, "okta",
      OKTA_ATTRIBUTES ": the value of {claim_role} has to end in one of the accepted roles, not in the name of a group. Okta sends the label of a "
      "group or attribute otherwise. Or add a role rule on the settings page." },
    { IK_REASON_ROLE_FORBIDDEN, NULL, "onelogin",
      "In OneLogin, open the app and its tab *Rules*: the action *Set {claim_role}* has to be a *Macro* with one of the accepted roles. OneLogin "
      "sends all roles of a person as one value with semicolons otherwise; a role rule on the settings page can take it apart." },
    { IK_REASON_ROLE_FORBIDDEN, NULL, "entra",
      "In the Microsoft Entra admin center, open *App registrations*, the application and *App roles*: the *Value* (not the *Display name*) is one "
      "of the accepted roles. For groups, add role rules on the settings page: groups come as object ids." },
    { IK_REASON_ROLE_FORBIDDEN, NULL, "adfs",
      "In AD FS, edit the claim rules that issue {claim_role}: the Value of each is one of the accepted roles, not the name of a group." },
    { IK_REASON_ROLE_FORBIDDEN, NULL, "google",
      "In the Google Admin console, open the person under *Directory › Users › User information*: the field {claim_role} is one of the accepted "
      "roles. If roles come from groups, the groups have to be called like the roles." },
    { IK_REASON_ROLE_FORBIDDEN, NULL, "keycloak",
      "In Keycloak's admin console, open *Groups*, the person's group and *Attributes*: the value of {claim_role} is one of the accepted roles. "
      "If roles of Keycloak came instead, remove *role_list* from the *Client scopes*." },

    { IK_REASON_ACCOUNT_MISMATCH, NULL, NULL,
      "The message mixes two accounts. For {account}: the attribute {claim_account} is the account id, the audience is {entity_id}, and the single "
      "sign-on URL is {acs}. Change what differs in the application." },
    { IK_REASON_ACCOUNT_MISMATCH, "serves account", NULL,
      "This site is for one account only, and the message names another one. Check the attribute {claim_account} and the single sign-on URL in the "
      "application: {acs}." },
    { IK_REASON_ACCOUNT_MISMATCH, NULL, "entra",
      "A directory often has one application per account. " ENTRA_SSO ": *Identifier* is {entity_id}, *Reply URL* {acs}, and the claim "
      "{claim_account} below *Attributes & Claims* the id of the same account." },
    { IK_REASON_ACCOUNT_MISMATCH, NULL, "okta",
      OKTA_ATTRIBUTES ": {claim_account} is the id of the account. Below *General › SAML Settings*, *Single sign-on URL* is {acs} and *Audience "
      "URI* {entity_id}." },
    { IK_REASON_ACCOUNT_MISMATCH, NULL, "onelogin",
      "In OneLogin, open the app: on the tab *Parameters*, {claim_account} is the id of the account; on the tab *Configuration*, *Audience "
      "(EntityID)* is {entity_id}, and *Recipient* and *ACS (Consumer) URL* are {acs}." },
    { IK_REASON_ACCOUNT_MISMATCH, NULL, "adfs",
      "In AD FS, the claim rule of our trust that issues {claim_account} has the id of the account as its Value; the tab *Identifiers* says "
      "{entity_id}, and the tab *Endpoints* {acs}." },
    { IK_REASON_ACCOUNT_MISMATCH, NULL, "google",
      "In the Google Admin console, open the person under *Directory › Users › User information*: {claim_account} is the id of the account. In the "
      "app, *Entity ID* is {entity_id} and *ACS URL* {acs}." },
    { IK_REASON_ACCOUNT_MISMATCH, NULL, "keycloak",
      KEYCLOAK_CLIENT ": *Client ID* is {entity_id}, and the mapper {claim_account} in the scope that ends in *-dedicated* has the id of the "
      "account as its *Attribute value*." },
    { IK_REASON_DOMAIN_FORBIDDEN, NULL, NULL,
      "Have the person sign in with the company's e-mail address, or add the domain to *Allowed e-mail domains* on the settings page." },
    { IK_REASON_USER_DISABLED, NULL, NULL,
      "An administrator has disabled this user. If that was a mistake, open the users page here, choose the person and press *Enable*." },
    { IK_REASON_ACCOUNT_DISABLED, NULL, NULL, "The account is switched off by those who run this service. Ask our support." },

    { IK_REASON_CSRF, NULL, NULL, "Load the page again and repeat what you did: the form was open for too long, or came from another site." },
    { IK_REASON_NOT_SIGNED_IN, NULL, NULL,
      "Sign in again at {login}. If it comes back at once, the browser does not keep our cookie: allow cookies for this site." },
    { IK_REASON_NOT_ALLOWED, NULL, NULL,
      "The role of this person does not allow it. Have the right role sent in {claim_role}: it counts from the next sign-in on." },
    { IK_REASON_NOT_ALLOWED, "fresh authentication", NULL,
      "A fresh sign-in was asked for (ForceAuthn), and the identity provider answered with an old one. Let it ask for the password again when it "
      "is told to; or switch the option for that off on the settings page." },
    { IK_REASON_NOT_ALLOWED, "fresh authentication", "okta",
      OKTA_SAML " and *Show Advanced Settings*: set *Honor Force Authentication* to *Yes*." },
    { IK_REASON_NOT_ALLOWED, "authentication by one of", NULL,
      "The person signed in by another method than the page demands: a second factor, for instance. Have the identity provider ask for it in this "
      "application." },
    { .text = NULL },
};
