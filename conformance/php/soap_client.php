<?php
// Takes what the account said at its start and the token to sign in with, loads the WSDL, and calls through it.

declare(strict_types=1);

const VERSION = '2021_1';

$read = fn (string $file) => json_decode(file_get_contents($file), true, 512, JSON_THROW_ON_ERROR);
$start = $read($argv[1]);
$values = [...$start['tokens'][0], ...$read($argv[2])['credentials']];
$client = new SoapClient("{$start['url']}/wsdl/v" . VERSION . '_0/netsuite.wsdl', [
    'location' => "{$start['url']}/services/NetSuitePort_" . VERSION,
    'cache_wsdl' => WSDL_CACHE_NONE,
    'trace' => true,
    'exceptions' => true,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
]);
$urn = fn (string $name, string $area = 'platform') => "urn:{$name}_" . VERSION . ".{$area}.webservices.netsuite.com";

function signIn(SoapClient $client, array $start, array $values, string $secret, ?int $pageSize = null): void
{
    $nonce = bin2hex(random_bytes(16));
    $now = time();
    $message = implode('&', [$start['account'], $values['NETSUITE_CONSUMER_KEY'], $values['NETSUITE_TOKEN_ID'], $nonce, $now]);
    $signature = base64_encode(hash_hmac('sha256', $message, "{$values['NETSUITE_CONSUMER_SECRET']}&{$secret}", true));
    // The namespace and the spelling of the algorithm are those of the PHP toolkit.
    $passport = new SoapVar(
        '<ns3:tokenPassport xmlns:ns3="ns">' .
        "<ns3:account>{$start['account']}</ns3:account><ns3:consumerKey>{$values['NETSUITE_CONSUMER_KEY']}</ns3:consumerKey>" .
        "<ns3:token>{$values['NETSUITE_TOKEN_ID']}</ns3:token><ns3:nonce>{$nonce}</ns3:nonce>" .
        "<ns3:timestamp>{$now}</ns3:timestamp><ns3:signature algorithm=\"HMAC_SHA256\">{$signature}</ns3:signature>" .
        '</ns3:tokenPassport>',
        XSD_ANYXML
    );
    $headers = [new SoapHeader('ns', 'tokenPassport', $passport)];
    if ($pageSize !== null) {
        $headers[] = new SoapHeader('urn:messages_' . VERSION . '.platform.webservices.netsuite.com', 'searchPreferences', ['pageSize' => $pageSize]);
    }
    $client->__setSoapHeaders($headers);
}

function expect(string $what, mixed $expected, mixed $actual): void
{
    if ($expected !== $actual) {
        fwrite(STDERR, "$what: expected " . var_export($expected, true) . ', got ' . var_export($actual, true) . "\n");
        exit(1);
    }
    echo "ok $what\n";
}

$typed = fn (array $fields, string $type, string $namespace) => new SoapVar((object) $fields, SOAP_ENC_OBJECT, $type, $namespace);
$call = function (string $operation, array $arguments, ?int $pageSize = null) use ($client, $start, $values) {
    signIn($client, $start, $values, $values['NETSUITE_TOKEN_SECRET'], $pageSize);
    return $client->$operation($arguments);
};
$ref = fn (string $type, string $id) => $typed(['internalId' => $id, 'type' => $type], 'RecordRef', $urn('core'));

$customer = fn (array $fields) => ['record' => $typed($fields, 'Customer', $urn('relationships', 'lists'))];
$first = $call('upsert', $customer(['externalId' => 'php-1', 'companyName' => 'Php & Co']))->writeResponse;
expect('upsert', true, $first->status->isSuccess);
$second = $call('upsert', $customer(['externalId' => 'php-1', 'companyName' => 'Php']))->writeResponse;
expect('the second upsert is of the same record', $first->baseRef->internalId, $second->baseRef->internalId);
$read = $call('get', ['baseRef' => $ref('customer', $first->baseRef->internalId)])->readResponse;
expect('get', 'Php', $read->record->companyName);

$search = ['searchRecord' => $typed([], 'CustomerSearchBasic', $urn('common'))];
$result = $call('search', $search, 5)->searchResult;
expect('search has pages', true, $result->totalPages > 1);
$seen = array_map(fn ($record) => $record->internalId, $result->recordList->record);
for ($page = 2; $page <= $result->totalPages; $page++) {
    $more = $call('searchMoreWithId', ['searchId' => $result->searchId, 'pageIndex' => $page])->searchResult;
    array_push($seen, ...array_map(fn ($record) => $record->internalId, $more->recordList->record));
}
expect('every record is on one page', $result->totalRecords, count(array_unique($seen)));
$deleted = $call('delete', ['baseRef' => $ref('customer', $first->baseRef->internalId)])->writeResponse;
expect('delete', true, $deleted->status->isSuccess);

$found = fn (string $basic) => $call('search', ['searchRecord' => $typed([], $basic, $urn('common'))])->searchResult->recordList->record[0]->internalId;
$budget = fn (array $fields) => ['record' => $typed($fields, 'Budget', $urn('financial', 'transactions'))];
$made = $call('add', $budget([
    'year' => ['internalId' => $found('AccountingPeriodSearchBasic')],
    'account' => ['internalId' => $found('AccountSearchBasic')],
    'budgetType' => '_local',
    'periodAmount1' => 100,
    'periodAmount12' => 250.5,
]))->writeResponse;
expect('a budget is added', true, $made->status->isSuccess);
$id = $made->baseRef->internalId;
$call('update', $budget(['internalId' => $id, 'periodAmount1' => 1]));
$read = $call('get', ['baseRef' => $ref('budget', $id)])->readResponse->record;
expect('its amounts', [1.0, 250.5, 251.5], [$read->periodAmount1, $read->periodAmount12, $read->amount]);
$deleted = $call('delete', ['baseRef' => $ref('budget', $id)])->writeResponse;
expect('the budget is deleted', true, $deleted->status->isSuccess);

$order = $call('add', ['record' => $typed([
    'entity' => ['internalId' => '1'],
    'itemList' => ['item' => [['item' => ['externalId' => 'item-chair-oak'], 'quantity' => 2]]],
], 'SalesOrder', $urn('sales', 'transactions'))])->writeResponse;
expect('an order is added', true, $order->status->isSuccess);
$initialized = $call('initialize', ['initializeRecord' => [
    'type' => 'invoice',
    'reference' => ['type' => 'salesOrder', 'internalId' => $order->baseRef->internalId],
]])->readResponse;
expect('its invoice is initialised', true, $initialized->status->isSuccess);
$line = $initialized->record->itemList->item[0];
expect('it has the line and no id', [2.0, 1, false], [$line->quantity, $line->orderLine, isset($initialized->record->internalId)]);

$kind = ['operator' => 'anyOf', 'searchValue' => ['customer', 'budget']];
$deleted = $call('getDeleted', ['getDeletedFilter' => ['type' => $kind], 'pageIndex' => 1])->getDeletedResult;
expect('getDeleted', true, $deleted->status->isSuccess);
$gone = array_map(fn ($deleted) => $deleted->record->internalId, $deleted->deletedRecordList->deletedRecord);
expect('what was deleted here is in it', [], array_diff([$first->baseRef->internalId, $id], $gone));

$named = $typed(['companyName' => ['operator' => 'is', 'searchValue' => 'Harbor Lane Furniture']], 'CustomerSearchBasic', $urn('common'));
$joined = $call('search', ['searchRecord' => $typed(['customerJoin' => $named], 'TransactionSearch', $urn('sales', 'transactions'))])->searchResult;
expect('a joined search', true, $joined->totalRecords > 0);

signIn($client, $start, $values, str_repeat('0', 64));
try {
    $client->getServerTime();
    expect('a wrong secret', 'refused', 'let in');
} catch (SoapFault $fault) {
    expect('a wrong secret', 'Invalid login attempt.', $fault->getMessage());
}
