<?php
foreach (['GuzzleHttp', 'League/Csv', 'Monolog', 'Carbon', 'Ramsey/Uuid', 'Symfony/Component/Yaml', 'Twig'] as $library) {
    require_once "$library/autoload.php";
}

function check(mixed $expected, mixed $value): void
{
    if ($expected !== $value) {
        throw new RuntimeException(json_encode([$expected, $value]));
    }
}

foreach (['bcmath', 'curl', 'dom', 'gd', 'gmp', 'intl', 'mbstring', 'pdo_sqlite', 'simplexml', 'yaml', 'zip'] as $extension) {
    check(true, extension_loaded($extension));
}
check('18446744073709551616', bcpow('2', '64'));
check('18446744073709551616', gmp_strval(gmp_pow(2, 64)));
check('GRÜSSE', mb_strtoupper('grüße'));
check(42, (new PDO('sqlite::memory:'))->query('select 6 * 7')->fetchColumn());
check('x', (string) simplexml_load_string('<a><b>x</b></a>')->b);
check([1, 2], Symfony\Component\Yaml\Yaml::parse('a: [1, 2]')['a']);
check('2024-02-29', Carbon\Carbon::parse('2024-02-28')->addDay()->toDateString());
check([['a' => '1']], array_values(iterator_to_array(League\Csv\Reader::createFromString("a\n1")->setHeaderOffset(0)->getRecords())));
check('hi Ada', (new Twig\Environment(new Twig\Loader\ArrayLoader(['t' => 'hi {{ name }}'])))->render('t', ['name' => 'Ada']));
check(36, strlen(Ramsey\Uuid\Uuid::uuid4()->toString()));
check(true, class_exists(GuzzleHttp\Client::class) && class_exists(Monolog\Logger::class));
check(true, imagepng(imagecreatetruecolor(10, 10), '/tmp/x.png'));
echo "ok\n";
